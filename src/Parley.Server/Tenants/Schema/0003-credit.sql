-- credit: 0 none, 1 prepaid, 2 postpaid; limit and opening balance in millionths of the tenant's currency.
ALTER TABLE tenants ADD COLUMN credit bigint NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN credit_limit bigint NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN credit_opening bigint NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN price_list text;
