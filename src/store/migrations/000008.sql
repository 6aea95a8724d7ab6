-- Expedited lane: what people approved in advance, and the transfers that used it. An older version beside this one knows
-- neither, and asks people for every transfer out of custody.
create table envelope (
  id text collate "C" primary key,
  pool_id text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  created_at bigint not null,
  valid_until bigint not null,
  ended_at bigint,
  version bigint not null
);
create index envelope_by_pool_id_state on envelope (pool_id, state);

create table envelope_use (
  transfer_id text collate "C" primary key,
  envelope_id text collate "C" not null,
  amount numeric(78,0) not null,
  at bigint not null
);
create index envelope_use_by_envelope_id on envelope_use (envelope_id);
