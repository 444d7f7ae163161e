CREATE TABLE market_ported_numbers (
  number text NOT NULL PRIMARY KEY,
  operator text NOT NULL,
  changed_at bigint NOT NULL
) $clustered$;
