-- What people decide about wallets: their standing beside the file, and balances that they enter.
create table wallet_standing (
  wallet_id text collate "C" primary key,
  state text collate "C" not null,
  reason text collate "C" not null,
  by text collate "C" not null,
  at bigint not null,
  version bigint not null
);

create table wallet_proposal (
  id text collate "C" primary key,
  wallet_id text collate "C" not null,
  what text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  created_at bigint not null,
  ended_at bigint
);
create index wallet_proposal_by_wallet_id_what_state on wallet_proposal (wallet_id, what, state);
create index wallet_proposal_by_state on wallet_proposal (state);
