CREATE TABLE idempotency_keys (
  integration_id text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status bigint NOT NULL,
  body $blob$ NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (integration_id, key)
) $clustered$;

CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
