CREATE TABLE tenants (
  id text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  active bigint NOT NULL,
  balance_minor bigint NOT NULL,
  currency text NOT NULL
) $clustered$;

-- settings: JSON that only the program opens; it holds callback passwords and signing secrets.
CREATE TABLE integrations (
  id text NOT NULL PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenants (id),
  name text NOT NULL,
  active bigint NOT NULL,
  settings text NOT NULL
) $clustered$;

-- hash: SHA-256 of the key, lower-case hexadecimal; the key itself is nowhere.
CREATE TABLE api_keys (
  hash text NOT NULL PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id)
) $clustered$;

CREATE TABLE senders (
  integration_id text NOT NULL REFERENCES integrations (id),
  address text NOT NULL,
  place bigint NOT NULL,
  suspended bigint NOT NULL,
  number bigint NOT NULL,
  PRIMARY KEY (integration_id, address)
) $clustered$;

-- A number leads replies to one integration; a registered name may be several integrations' sender.
CREATE UNIQUE INDEX senders_number ON senders (address) WHERE number = 1;

CREATE TABLE admin_keys (
  hash text NOT NULL PRIMARY KEY
) $clustered$;

-- One row; it rises with every change, and other nodes watch it.
CREATE TABLE provisioning_version (
  id bigint NOT NULL PRIMARY KEY,
  version bigint NOT NULL
) $clustered$;

INSERT INTO provisioning_version (id, version) VALUES (1, 0);
