CREATE TABLE ledger_accounts (
  id text NOT NULL PRIMARY KEY,
  currency text NOT NULL,
  side bigint NOT NULL,
  overdraft bigint,
  name text NOT NULL,
  opened_at bigint NOT NULL,
  version bigint NOT NULL,
  debits bigint NOT NULL,
  credits bigint NOT NULL,
  held_debits bigint NOT NULL,
  held_credits bigint NOT NULL,
  last_at bigint NOT NULL,
  chain $blob$ NOT NULL,
  CONSTRAINT ledger_accounts_contention CHECK (version >= 0)
) $narrow$;

CREATE TABLE ledger_transfers (
  id text NOT NULL PRIMARY KEY,
  kind bigint NOT NULL,
  debit_account text NOT NULL,
  credit_account text NOT NULL,
  amount bigint NOT NULL,
  hold_id text,
  expires_at bigint,
  reason text NOT NULL,
  reference text NOT NULL,
  at bigint NOT NULL,
  debit_posted bigint NOT NULL,
  debit_held bigint NOT NULL,
  credit_posted bigint NOT NULL,
  credit_held bigint NOT NULL,
  chain $blob$ NOT NULL,
  CONSTRAINT ledger_transfers_contention CHECK (kind > 0)
) $clustered$;

CREATE UNIQUE INDEX ledger_transfers_debit ON ledger_transfers (debit_account, at);
CREATE UNIQUE INDEX ledger_transfers_credit ON ledger_transfers (credit_account, at);

CREATE TABLE ledger_holds (
  id text NOT NULL PRIMARY KEY,
  debit_account text NOT NULL,
  credit_account text NOT NULL,
  amount bigint NOT NULL,
  expires_at bigint,
  state bigint NOT NULL,
  CONSTRAINT ledger_holds_contention CHECK (state > 0)
) $narrow$;

CREATE TABLE ledger_hold_expiries (
  expires_at bigint NOT NULL,
  hold_id text NOT NULL,
  PRIMARY KEY (expires_at, hold_id)
) $clustered$;
