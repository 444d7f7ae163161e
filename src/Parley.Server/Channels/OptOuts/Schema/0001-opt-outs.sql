-- Counts the changes below in the order of their commits: whoever changes takes its lock first. Other nodes follow it.
CREATE TABLE consent_sequence (
  id bigint NOT NULL PRIMARY KEY,
  sequence bigint NOT NULL
) $clustered$;

INSERT INTO consent_sequence (id, sequence) VALUES (1, 0);

-- One row per sender and recipient that ever opted out. active: 1 out, 0 in again. sender: digits, a name in lower case,
-- or empty for the carrier's default sender.
CREATE TABLE opt_outs (
  integration_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  active bigint NOT NULL,
  changed_at bigint NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (integration_id, sender, recipient)
) $clustered$;

CREATE INDEX opt_outs_sequence ON opt_outs (sequence);

-- The evidence: what was said or done, in which order; never changed but for the answer. id is the inbound message's where
-- there is one. what: stop, start, help; source: phone, admin, import.
CREATE TABLE opt_out_events (
  id text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  what text NOT NULL,
  source text NOT NULL,
  at bigint NOT NULL,
  text text NOT NULL,
  reply_id text
) $clustered$;

CREATE INDEX opt_out_events_pair ON opt_out_events (integration_id, sender, recipient, id);

-- Recipients that an operator took out. tenant_id: empty for all tenants; kind: 1 blocked, 2 delisted.
CREATE TABLE recipient_blocks (
  tenant_id text NOT NULL,
  recipient text NOT NULL,
  kind bigint NOT NULL,
  active bigint NOT NULL,
  reason text NOT NULL,
  changed_at bigint NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (tenant_id, recipient)
) $clustered$;

CREATE INDEX recipient_blocks_sequence ON recipient_blocks (sequence);
