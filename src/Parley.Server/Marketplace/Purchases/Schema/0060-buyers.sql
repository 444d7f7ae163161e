-- Begins with the buyer: while a table is young, PostgreSQL can't tell an index that begins with the client from the one
-- that finds a reference, and reads all of the client's purchases for one.
CREATE INDEX market_purchases_of_buyer ON market_purchases (source, client_id, accepted_at);

DROP INDEX market_purchases_buyer;
