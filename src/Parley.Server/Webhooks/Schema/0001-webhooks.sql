-- Where callbacks go, as far as something is known about its health. Which addresses they are stands with the
-- integration.
CREATE TABLE webhook_endpoints (
  id text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL,
  kind text NOT NULL,
  paused_at bigint,
  paused_by text,
  probe_at bigint,
  failures bigint NOT NULL,
  failing_since bigint,
  last_success_at bigint,
  last_failure_at bigint,
  last_error text
) $clustered$;

-- Callbacks that waited: every one that did not succeed at its first attempt, and every inbound message. id is the
-- webhook-id that the receiver sees. attend_at: when the sweep must look at the row: its deadline while pending, its
-- removal afterwards.
CREATE TABLE webhook_deliveries (
  id text NOT NULL PRIMARY KEY,
  endpoint_id text NOT NULL,
  integration_id text NOT NULL,
  kind text NOT NULL,
  message_id text NOT NULL,
  sequence bigint NOT NULL,
  event_name text NOT NULL,
  event text NOT NULL,
  state text NOT NULL,
  attempts bigint NOT NULL,
  tries bigint NOT NULL,
  last_status bigint,
  last_error text,
  history text NOT NULL,
  created_at bigint NOT NULL,
  next_at bigint,
  attend_at bigint NOT NULL,
  last_attempt_at bigint,
  delivered_at bigint
) $clustered$;

CREATE INDEX webhook_deliveries_message ON webhook_deliveries (message_id, sequence);
CREATE INDEX webhook_deliveries_integration ON webhook_deliveries (integration_id, created_at);
CREATE INDEX webhook_deliveries_attend ON webhook_deliveries (attend_at);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id, id) WHERE state = 'pending';
