-- What the platform's and the legacy form say of a status beyond One API's item, which event holds. Rows from before, and
-- inbound messages, have none.
ALTER TABLE webhook_deliveries ADD COLUMN facts text;
