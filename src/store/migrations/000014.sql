-- Customers' flows that a back office announced.
create table expected_flow (
  id text collate "C" primary key,
  wallet_id text collate "C" not null,
  reference text collate "C" not null,
  asset text collate "C" not null,
  direction text collate "C" not null,
  amount numeric(78, 0) not null,
  destination text collate "C",
  tx_hash text collate "C",
  from_at bigint not null,
  until_at bigint not null,
  state text collate "C" not null,
  movement_id text collate "C",
  created_at bigint not null,
  created_by text collate "C" not null,
  ended_at bigint
);
create index expected_flow_by_wallet_id_state on expected_flow (wallet_id, state);
create index expected_flow_by_state_until_at on expected_flow (state, until_at);
create index expected_flow_by_wallet_id_movement_id on expected_flow (wallet_id, movement_id);
