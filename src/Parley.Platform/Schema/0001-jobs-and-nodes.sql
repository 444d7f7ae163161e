CREATE TABLE jobs (
  kind text NOT NULL,
  key text NOT NULL,
  lane text NOT NULL,
  payload text NOT NULL,
  created_at bigint NOT NULL,
  due_at bigint NOT NULL,
  deadline_at bigint NOT NULL,
  attempts bigint NOT NULL,
  owner text,
  parked_at bigint,
  error text,
  PRIMARY KEY (kind, key)
) $clustered$;

CREATE INDEX jobs_due ON jobs (due_at) WHERE owner IS NULL AND parked_at IS NULL;
CREATE INDEX jobs_owned ON jobs (owner) WHERE owner IS NOT NULL;
CREATE INDEX jobs_parked ON jobs (parked_at) WHERE parked_at IS NOT NULL;

CREATE TABLE nodes (
  id text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  started_at bigint NOT NULL,
  seen_at bigint NOT NULL
) $clustered$;
