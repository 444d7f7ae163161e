CREATE TABLE market_notifications (
  client_id bigint NOT NULL,
  client_ref text NOT NULL,
  id text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (client_id, client_ref)
) $clustered$;
