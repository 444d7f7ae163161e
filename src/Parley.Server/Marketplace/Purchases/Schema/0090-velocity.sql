CREATE TABLE market_velocity (
  client_id bigint NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (client_id, source)
) $clustered$;

CREATE INDEX market_token_views_purchase ON market_token_views (purchase_id);
