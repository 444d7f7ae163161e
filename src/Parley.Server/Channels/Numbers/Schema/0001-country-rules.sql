-- What provisioning says otherwise than the built-in table. place: two letters of a country, or the first digits of
-- numbers; settings: JSON that only the program opens.
CREATE TABLE country_rules (
  place text NOT NULL PRIMARY KEY,
  settings text NOT NULL
) $clustered$;
