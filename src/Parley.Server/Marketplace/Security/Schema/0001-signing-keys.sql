CREATE TABLE market_signing_keys (
  id text NOT NULL PRIMARY KEY,
  created_at bigint NOT NULL,
  sealed $blob$ NOT NULL
) $clustered$;
