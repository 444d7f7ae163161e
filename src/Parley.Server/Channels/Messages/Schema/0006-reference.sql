-- What the headers of a message's parts call it: a part that is sent later must say the same.
ALTER TABLE message_states ADD COLUMN reference bigint;
