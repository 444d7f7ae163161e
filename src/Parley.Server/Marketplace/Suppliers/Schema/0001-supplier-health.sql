CREATE TABLE market_supplier_health (
  supplier_id text NOT NULL PRIMARY KEY,
  strikes bigint NOT NULL,
  since bigint,
  until bigint,
  times bigint NOT NULL,
  probe text,
  probe_at bigint,
  reason text NOT NULL,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
) $narrow$;

CREATE TABLE market_supplier_minutes (
  supplier_id text NOT NULL,
  minute bigint NOT NULL,
  good bigint NOT NULL,
  bad bigint NOT NULL,
  PRIMARY KEY (supplier_id, minute)
) $narrow$;
