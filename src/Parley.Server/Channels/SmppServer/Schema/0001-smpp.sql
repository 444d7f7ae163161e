-- What SMPP clients are owed beyond memory: receipts and messages from phones, as they go into deliver_sm. owner: the
-- node that has it in memory; behind: the delivery that must have gone before; repeated: it may have arrived already.
CREATE TABLE smpp_deliveries (
  id text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL,
  kind text NOT NULL,
  message_id text NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  esm_class bigint NOT NULL,
  data_coding bigint NOT NULL,
  content $blob$ NOT NULL,
  tlvs $blob$,
  behind text,
  created_at bigint NOT NULL,
  due_at bigint NOT NULL,
  attempts bigint NOT NULL,
  repeated bigint NOT NULL,
  owner text,
  error text
) $clustered$;

CREATE INDEX smpp_deliveries_waiting ON smpp_deliveries (integration_id, due_at) WHERE owner IS NULL;
CREATE INDEX smpp_deliveries_owner ON smpp_deliveries (owner) WHERE owner IS NOT NULL;
CREATE INDEX smpp_deliveries_created ON smpp_deliveries (created_at);

-- The latest message that was submitted with replace_if_present_flag, by what makes it the same one.
CREATE TABLE smpp_replaceable (
  integration_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  service_type text NOT NULL,
  message_id text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (integration_id, sender, recipient, service_type)
) $clustered$;

CREATE INDEX smpp_replaceable_at ON smpp_replaceable (at);
