-- The final purchases of a day; only the change that makes a purchase final touches it.
CREATE INDEX market_progress_final ON market_progress (final_at) WHERE final_at IS NOT NULL;

CREATE TABLE market_settlements (
  day text NOT NULL,
  client_id bigint NOT NULL,
  made_at bigint NOT NULL,
  transactions bigint NOT NULL,
  csv_hash text NOT NULL,
  json_hash text NOT NULL,
  totals text NOT NULL,
  problem text,
  PRIMARY KEY (day, client_id)
) $clustered$;

CREATE TABLE market_settlement_days (
  day text NOT NULL PRIMARY KEY,
  at bigint NOT NULL
) $clustered$;

CREATE TABLE market_reconciliations (
  id text NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  party text NOT NULL,
  span_from bigint NOT NULL,
  span_until bigint NOT NULL,
  hash text NOT NULL,
  uploaded_by text NOT NULL,
  at bigint NOT NULL,
  report text NOT NULL
) $clustered$;

CREATE UNIQUE INDEX market_reconciliations_hash ON market_reconciliations (hash);
CREATE INDEX market_reconciliations_party ON market_reconciliations (kind, party, span_until);

-- A line counts once its reconciliation has a row: that is written last.
CREATE TABLE market_statement_lines (
  kind text NOT NULL,
  party text NOT NULL,
  reference text NOT NULL,
  reconciliation_id text NOT NULL,
  line bigint NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  outcome bigint NOT NULL,
  at bigint NOT NULL,
  open bigint NOT NULL,
  PRIMARY KEY (kind, party, reference, reconciliation_id, line)
) $clustered$;

CREATE INDEX market_statement_lines_open ON market_statement_lines (kind, party) WHERE open = 1;
