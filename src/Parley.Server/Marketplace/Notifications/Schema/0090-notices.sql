CREATE TABLE market_notices (
  purchase_id text NOT NULL PRIMARY KEY,
  messages bigint NOT NULL,
  at bigint NOT NULL
) $clustered$;
