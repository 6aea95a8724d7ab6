-- Payments that are known before they happen: settlements, payouts, margin deadlines.
create table obligation (
  id text collate "C" primary key,
  pool_id text collate "C" not null,
  asset text collate "C" not null,
  direction text collate "C" not null,
  amount numeric(78,0) not null,
  due_at bigint not null,
  what text collate "C" not null,
  source text collate "C" not null,
  reference text collate "C",
  state text collate "C" not null,
  created_at bigint not null,
  created_by text collate "C" not null,
  ended_at bigint,
  note text collate "C"
);
create index obligation_pool_id_state on obligation (pool_id, state);
create index obligation_state_due_at on obligation (state, due_at);
