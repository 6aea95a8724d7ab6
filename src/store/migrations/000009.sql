-- Policies that a search in a pool's own history proposes to people; nothing is decided by them.
create table policy_proposal (
  id text collate "C" primary key,
  pool_id text collate "C" not null,
  state text collate "C" not null,
  from_digest text collate "C" not null,
  to_digest text collate "C" not null,
  policy jsonb not null,
  report jsonb not null,
  created_at bigint not null,
  ended_at bigint,
  ended_by text collate "C",
  note text collate "C"
);
create index policy_proposal_by_pool_id_state on policy_proposal (pool_id, state);
