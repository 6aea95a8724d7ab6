-- Breaks by movement, with ranked causes and a tolerance; proposals of people to close one. An older version that runs beside
-- this one keeps writing breaks and movements: every new column has a default that is safe for its rows.
alter table movement add column unexplained boolean not null default false;
create index movement_by_wallet_id_unexplained on movement (wallet_id, unexplained);

alter table break
  add column kind text collate "C" not null default 'balance',
  add column movement_id text collate "C",
  add column causes jsonb not null default '[]',
  add column freezes boolean not null default true,
  add column closed_by text collate "C",
  add column resolution_id text collate "C";
create index break_by_asset_closed_at on break (asset, closed_at);

create table break_resolution (
  id text collate "C" primary key,
  break_id text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  posting_id text collate "C"
);
create index break_resolution_by_break_id on break_resolution (break_id);
create index break_resolution_by_state on break_resolution (state);
