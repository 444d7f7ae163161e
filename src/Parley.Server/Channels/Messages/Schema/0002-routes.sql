CREATE TABLE routes (
  id text NOT NULL PRIMARY KEY,
  tenant_id text,
  sender text,
  prefix text NOT NULL,
  priority bigint NOT NULL,
  weight bigint NOT NULL,
  carrier_id text NOT NULL
) $clustered$;
