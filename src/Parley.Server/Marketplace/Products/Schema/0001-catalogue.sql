CREATE TABLE market_entries (
  kind text NOT NULL,
  id text NOT NULL,
  body text NOT NULL,
  demo bigint NOT NULL,
  PRIMARY KEY (kind, id)
) $clustered$;
