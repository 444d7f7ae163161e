CREATE TABLE market_purchases (
  id text NOT NULL PRIMARY KEY,
  client_id bigint NOT NULL,
  client_ref text NOT NULL,
  kind bigint NOT NULL,
  product_id bigint NOT NULL,
  type_id bigint NOT NULL,
  product_name text NOT NULL,
  currency text NOT NULL,
  purchase_amount bigint NOT NULL,
  fee_amount bigint NOT NULL,
  discount_amount bigint NOT NULL,
  share_amount bigint NOT NULL,
  channel_id bigint NOT NULL,
  channel_name text NOT NULL,
  session_id text NOT NULL,
  source text NOT NULL,
  target text NOT NULL,
  account text,
  funding_source_id bigint,
  given_reserve_ref text,
  sent_at bigint,
  accepted_at bigint NOT NULL
) $clustered$;

CREATE UNIQUE INDEX market_purchases_ref ON market_purchases (client_id, client_ref);
CREATE INDEX market_purchases_buyer ON market_purchases (client_id, source, accepted_at);

CREATE TABLE market_progress (
  id text NOT NULL PRIMARY KEY,
  version bigint NOT NULL,
  state bigint NOT NULL,
  changed_at bigint NOT NULL,
  reserve_ref text,
  reserve_code text,
  code text,
  final_at bigint,
  supplier_id text,
  attempt bigint NOT NULL,
  first_vend_at bigint,
  vend_at bigint,
  asked bigint NOT NULL,
  token $blob$,
  details text NOT NULL,
  result bigint NOT NULL,
  result_attempts bigint NOT NULL,
  result_at bigint,
  CONSTRAINT market_progress_contention CHECK (version >= 0)
) $narrow$;

CREATE TABLE market_reservations (
  client_id bigint NOT NULL,
  reserve_ref text NOT NULL,
  purchase_id text NOT NULL,
  PRIMARY KEY (client_id, reserve_ref)
) $clustered$;

CREATE TABLE market_exceptions (
  id text NOT NULL PRIMARY KEY,
  purchase_id text NOT NULL,
  kind text NOT NULL,
  at bigint NOT NULL,
  detail text NOT NULL,
  resolved_at bigint,
  resolution text,
  resolved_by text
) $clustered$;

CREATE UNIQUE INDEX market_exceptions_purchase ON market_exceptions (purchase_id, kind);
CREATE INDEX market_exceptions_open ON market_exceptions (at) WHERE resolved_at IS NULL;

CREATE TABLE market_token_views (
  id text NOT NULL PRIMARY KEY,
  purchase_id text NOT NULL,
  client_id bigint NOT NULL,
  api text NOT NULL,
  at bigint NOT NULL
) $clustered$;
