-- What was accepted; never changed.
CREATE TABLE messages (
  id text NOT NULL PRIMARY KEY,
  tenant_id text NOT NULL,
  integration_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  client_message_id text NOT NULL,
  accepted_at bigint NOT NULL,
  scheduled_at bigint,
  deadline_at bigint NOT NULL,
  priority bigint NOT NULL,
  parts bigint NOT NULL,
  text text,
  data $blob$,
  udh $blob$,
  encoding text,
  flash bigint NOT NULL
) $clustered$;

-- What became of it; narrow, because it changes. owed: 1 send, 2 tell "sent", 4 tell the final status; owner: the node that has it in memory; due_at: when
-- somebody must look at it even if nothing happens. The two indexed columns change only when a row waits and when all is done: an update of an indexed
-- column costs several times an update that is none.
CREATE TABLE message_states (
  id text NOT NULL PRIMARY KEY,
  version bigint NOT NULL,
  status bigint NOT NULL,
  changed_at bigint NOT NULL,
  owed bigint NOT NULL,
  owner text,
  due_at bigint,
  carrier_id text,
  attempts bigint NOT NULL,
  parts bigint NOT NULL,
  submitted_mask bigint NOT NULL,
  delivered_mask bigint NOT NULL,
  carrier_message_ids text,
  error text,
  submitted_at bigint,
  final_at bigint,
  sent_told_at bigint,
  final_told_at bigint,
  behind bigint NOT NULL
) $narrow$;

CREATE INDEX message_states_owner ON message_states (owner) WHERE owner IS NOT NULL;
CREATE INDEX message_states_due ON message_states (due_at) WHERE due_at IS NOT NULL;

-- The carrier's ids of what it took: how receipts find their message.
CREATE TABLE message_parts (
  carrier_id text NOT NULL,
  carrier_message_id text NOT NULL,
  message_id text NOT NULL,
  part bigint NOT NULL,
  PRIMARY KEY (carrier_id, carrier_message_id)
) $clustered$;

-- The uncommon path: retries, re-routes, late receipts.
CREATE TABLE message_notes (
  message_id text NOT NULL,
  id text NOT NULL,
  at bigint NOT NULL,
  what text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (message_id, id)
) $clustered$;

CREATE TABLE unmatched_receipts (
  carrier_id text NOT NULL,
  carrier_message_id text NOT NULL,
  state bigint NOT NULL,
  at bigint NOT NULL,
  error text,
  raw text NOT NULL,
  PRIMARY KEY (carrier_id, carrier_message_id, state)
) $clustered$;

CREATE INDEX unmatched_receipts_at ON unmatched_receipts (at);

-- The latest message from a two-way number to a phone: what a reply is related to.
CREATE TABLE conversations (
  number text NOT NULL,
  phone text NOT NULL,
  message_id text NOT NULL,
  client_message_id text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (number, phone)
) $clustered$;

CREATE TABLE inbound_messages (
  id text NOT NULL PRIMARY KEY,
  integration_id text,
  carrier_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  content text NOT NULL,
  udh text NOT NULL,
  related_message_id text,
  received_at bigint NOT NULL
) $clustered$;

CREATE TABLE inbound_parts (
  carrier_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  reference bigint NOT NULL,
  total bigint NOT NULL,
  sequence bigint NOT NULL,
  text text,
  data $blob$,
  udh text NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (carrier_id, sender, recipient, reference, total, sequence)
) $clustered$;

CREATE INDEX inbound_parts_at ON inbound_parts (received_at);
