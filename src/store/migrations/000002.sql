-- Proposals of people to end a held transfer. Votes on them are in `approval`, by the proposal's id.
create table resolution (
  id text collate "C" primary key,
  transfer_id text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
);
create index resolution_by_transfer_id on resolution (transfer_id);
create index resolution_by_state on resolution (state);
