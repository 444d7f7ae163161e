-- door: 1 One API, 2 SMS only, 3 legacy, 4 SMPP; told: 1 sent, 2 delivered, 4 failed, null as the integration has it.
ALTER TABLE messages ADD COLUMN door bigint NOT NULL DEFAULT 1;
ALTER TABLE messages ADD COLUMN told bigint;

-- Doors that ask by the client's own id; most messages have none, and cost nothing here.
CREATE INDEX messages_client ON messages (integration_id, client_message_id, id) WHERE client_message_id <> '';
