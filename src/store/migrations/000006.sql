-- What each pool's flows have taught so far, and what a model in the shadow would have done beside a decision.
create table flow_forecast (
  pool_id text collate "C" primary key,
  shape text collate "C" not null,
  through bigint not null,
  state jsonb not null,
  updated_at bigint not null
);
alter table decision add column shadow jsonb;
