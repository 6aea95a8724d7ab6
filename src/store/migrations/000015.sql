-- Exchanges of collateral: what has to come, and what may then leave, approved as one.
create table substitution (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  transfer_id text collate "C",
  note text collate "C",
  created_at bigint not null,
  expires_at bigint not null,
  updated_at bigint not null,
  ended_at bigint,
  version bigint not null
);
create index substitution_by_facility_id on substitution (facility_id);
create index substitution_by_state on substitution (state);
