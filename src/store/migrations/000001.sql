-- The first schema. `src/store/schema.ts` declares the same tables for the code; a test compares the two.
--
-- Conventions:
--   text      collate "C": the same order on every machine, by code point
--   bigint    counters, and instants as whole milliseconds since 1970 UTC: what cannot be rounded cannot be rounded wrongly
--             (to read one: select to_timestamp(at / 1000.0))
--   numeric(78,0)  amounts in base units of the asset
--   jsonb     data that is shown and digested in canonical form, never queried
-- No sequences, triggers, functions or deferrable constraints: any PostgreSQL-compatible engine must be able to run this.

-- Small singletons: mode, cursors, the sealer's frontier.
create table control (
  name text collate "C" primary key,
  value jsonb not null,
  version bigint not null,
  updated_at bigint not null
);

-- One owner of a job at a time; the fence only grows.
create table lease (
  name text collate "C" primary key,
  owner text collate "C" not null,
  until bigint not null,
  fence bigint not null
);

-- The last known balance of each wallet.
create table balance (
  wallet_id text collate "C" primary key,
  venue_id text collate "C" not null,
  asset text collate "C" not null,
  total numeric(78,0) not null,
  available numeric(78,0) not null,
  pending_in numeric(78,0) not null,
  pending_out numeric(78,0) not null,
  locked numeric(78,0) not null,
  as_of bigint not null,
  height text collate "C",
  pending_readable boolean not null,
  received_at bigint not null,
  source text collate "C" not null,
  error text collate "C",
  movement_cursor text collate "C"
);

-- Every movement a venue reported, once.
create table movement (
  wallet_id text collate "C" not null,
  movement_id text collate "C" not null,
  direction text collate "C" not null,
  asset text collate "C" not null,
  amount numeric(78,0) not null,
  fee numeric(78,0) not null,
  reference text collate "C",
  tx_hash text collate "C",
  counterparty text collate "C",
  at bigint not null,
  height text collate "C",
  transfer_id text collate "C",
  primary key (wallet_id, movement_id)
);
create index movement_by_transfer_id on movement (transfer_id);
create index movement_by_wallet_id_at on movement (wallet_id, at);

-- Every decision, "do nothing" included.
create table decision (
  id text collate "C" primary key,
  pool_id text collate "C" not null,
  verdict text collate "C" not null,
  severity text collate "C" not null,
  fingerprint text collate "C" not null,
  policy_digest text collate "C" not null,
  snapshot jsonb not null,
  decision jsonb not null,
  cause text collate "C" not null,
  repeats bigint not null,
  at bigint not null,
  last_at bigint not null
);
create index decision_by_pool_id_at on decision (pool_id, at);

-- One durable intent to move an amount from a wallet to a wallet.
create table transfer (
  id text collate "C" primary key,
  pool_id text collate "C" not null,
  asset text collate "C" not null,
  state text collate "C" not null,
  stage text collate "C",
  from_wallet text collate "C" not null,
  to_wallet text collate "C" not null,
  network text collate "C" not null,
  direction text collate "C" not null,
  cause text collate "C" not null,
  amount numeric(78,0) not null,
  fee_max numeric(78,0) not null,
  fee_actual numeric(78,0),
  amount_received numeric(78,0),
  reference text collate "C" not null unique,
  plan jsonb not null,
  digest text collate "C" not null,
  decision_id text collate "C",
  signing jsonb,
  prepared jsonb,
  venue_ref text collate "C",
  tx_hash text collate "C",
  confirmations bigint,
  confirmations_needed bigint,
  note_code text collate "C",
  note text collate "C",
  created_at bigint not null,
  updated_at bigint not null,
  submitted_at bigint,
  settled_at bigint,
  next_at bigint,
  attempts bigint not null,
  lease_owner text collate "C",
  lease_until bigint,
  fence bigint not null,
  version bigint not null
);
create index transfer_by_state on transfer (state);
create index transfer_by_tx_hash on transfer (tx_hash);
create index transfer_by_created_at on transfer (created_at);

-- Signed votes, one per person and object.
create table approval (
  object_id text collate "C" not null,
  person_id text collate "C" not null,
  digest text collate "C" not null,
  key_id text collate "C" not null,
  scheme text collate "C" not null,
  vote text collate "C" not null,
  signature text collate "C" not null,
  at bigint not null,
  primary key (object_id, person_id)
);

-- Accounts of the books. Their balance is written in the sense of their side and is never below zero: the ledger sees to
-- it, and the database is the second guard.
create table account (
  id text collate "C" primary key,
  kind text collate "C" not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  side text collate "C" not null,
  posted numeric(78,0) not null check (posted >= 0),
  held numeric(78,0) not null check (held >= 0),
  entry_count bigint not null
);
create index account_by_asset on account (asset);

create table posting (
  id text collate "C" primary key,
  key text collate "C" not null unique,
  digest text collate "C" not null,
  kind text collate "C" not null,
  ref text collate "C" not null,
  memo text collate "C" not null,
  at bigint not null
);
create index posting_by_ref on posting (ref);

create table entry (
  account_id text collate "C" not null,
  seq bigint not null,
  posting_id text collate "C" not null,
  side text collate "C" not null,
  amount numeric(78,0) not null,
  balance_after numeric(78,0) not null,
  at bigint not null,
  primary key (account_id, seq)
);
create index entry_by_posting_id on entry (posting_id);

create table hold (
  id text collate "C" primary key,
  account_id text collate "C" not null,
  amount numeric(78,0) not null,
  state text collate "C" not null,
  ref text collate "C" not null,
  at bigint not null
);
create index hold_by_account_id_state on hold (account_id, state);

-- Differences between our books and a venue.
create table break (
  id text collate "C" primary key,
  wallet_id text collate "C" not null,
  asset text collate "C" not null,
  difference numeric(78,0) not null,
  opened_at bigint not null,
  last_seen_at bigint not null,
  closed_at bigint,
  cause text collate "C" not null
);
create index break_by_wallet_id_closed_at on break (wallet_id, closed_at);

-- The audit log: one event per state change, numbered by the sealer.
create table event (
  id text collate "C" primary key,
  kind text collate "C" not null,
  ref text collate "C" not null,
  actor text collate "C" not null,
  at bigint not null,
  type text collate "C",
  payload jsonb not null,
  seq bigint unique
);
create index event_by_ref on event (ref);
create index event_by_kind on event (kind);
create index event_by_at on event (at);

create table leaf (
  seq bigint primary key,
  event_id text collate "C" not null unique,
  leaf text collate "C" not null
);

create table checkpoint (
  size bigint primary key,
  root text collate "C" not null,
  note text collate "C" not null,
  key_id text collate "C" not null,
  at bigint not null
);

-- The first response of every request that can move money, by its key.
create table idempotency (
  key text collate "C" primary key,
  route text collate "C" not null,
  body_digest text collate "C" not null,
  status bigint,
  response jsonb,
  at bigint not null
);
