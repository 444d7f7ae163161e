-- settings: JSON that only the program opens.
CREATE TABLE price_lists (
  id text NOT NULL PRIMARY KEY,
  settings text NOT NULL
) $clustered$;
