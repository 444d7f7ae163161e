-- charged: millionths of the tenant's currency, 0 once returned, null for a tenant without an account; charge_kept: 1 when
-- the message may have left without an answer, so that nothing of it is returned.
ALTER TABLE messages ADD COLUMN charged bigint;
ALTER TABLE messages ADD COLUMN charge_kept bigint NOT NULL DEFAULT 0;
