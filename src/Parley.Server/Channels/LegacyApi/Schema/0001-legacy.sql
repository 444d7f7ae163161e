-- Sessions of legacy HTTP: id is the SHA-256 of what the client holds, account the password's hash at the time, so that a
-- new password ends them. used_at is written once a minute at most.
CREATE TABLE legacy_sessions (
  id text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL,
  account text NOT NULL,
  used_at bigint NOT NULL
) $clustered$;

CREATE INDEX legacy_sessions_used ON legacy_sessions (used_at);

-- Batches between startbatch and endbatch, kept for a day at most; fields is a JSON object of startbatch's parameters.
CREATE TABLE legacy_batches (
  id text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL,
  template text NOT NULL,
  fields text NOT NULL,
  created_at bigint NOT NULL
) $clustered$;

CREATE INDEX legacy_batches_created ON legacy_batches (created_at);
