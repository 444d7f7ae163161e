-- settings: JSON that only the program opens; it holds the carrier's password.
CREATE TABLE carriers (
  id text NOT NULL PRIMARY KEY,
  settings text NOT NULL
) $clustered$;
