-- Millionths of the tenant's currency: per part of an SMS, and per credit of the legacy APIs.
ALTER TABLE tenants ADD COLUMN part_micros bigint NOT NULL DEFAULT 10000;
ALTER TABLE tenants ADD COLUMN credit_micros bigint NOT NULL DEFAULT 10000;
