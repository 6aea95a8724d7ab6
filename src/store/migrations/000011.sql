-- Lending: facilities with their collateral, margin calls, sales and notices.
create table call_extension (
  id text collate "C" primary key,
  call_id text collate "C" not null,
  facility_id text collate "C" not null,
  state text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
);
create index call_extension_by_call_id on call_extension (call_id);
create index call_extension_by_state on call_extension (state);

create table collateral_deposit (
  wallet_id text collate "C" not null,
  movement_id text collate "C" not null,
  facility_id text collate "C" not null,
  asset text collate "C" not null,
  units numeric(78,0) not null,
  state text collate "C" not null,
  problem text collate "C",
  tx_hash text collate "C",
  at bigint not null,
  booked_at bigint not null,
  primary key (wallet_id, movement_id)
);
create index collateral_deposit_by_facility_id on collateral_deposit (facility_id);
create index collateral_deposit_by_state on collateral_deposit (state);

create table collateral_move (
  transfer_id text collate "C" primary key,
  facility_id text collate "C" not null,
  asset text collate "C" not null,
  kind text collate "C" not null,
  liquidation_id text collate "C",
  promised numeric(78,0) not null,
  state text collate "C" not null,
  at bigint not null
);
create index collateral_move_by_facility_id on collateral_move (facility_id);
create index collateral_move_by_state on collateral_move (state);

create table credit_notice (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  kind text collate "C" not null,
  channel_id text collate "C" not null,
  state text collate "C" not null,
  body jsonb not null,
  attempts bigint not null,
  next_at bigint not null,
  created_at bigint not null,
  delivered_at bigint,
  error text collate "C"
);
create index credit_notice_by_facility_id on credit_notice (facility_id);
create index credit_notice_by_state_next_at on credit_notice (state, next_at);

create table credit_order (
  id text collate "C" primary key,
  liquidation_id text collate "C" not null,
  facility_id text collate "C" not null,
  venue_id text collate "C" not null,
  account text collate "C" not null,
  base text collate "C" not null,
  quote text collate "C" not null,
  units numeric(78,0) not null,
  price_limit text collate "C" not null,
  state text collate "C" not null,
  venue_ref text collate "C",
  filled numeric(78,0) not null,
  value numeric(78,0) not null,
  fee numeric(78,0) not null,
  seen_out numeric(78,0) not null,
  seen_in numeric(78,0) not null,
  attempts bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  sent_at bigint not null,
  note text collate "C"
);
create index credit_order_by_liquidation_id on credit_order (liquidation_id);
create index credit_order_by_state on credit_order (state);

create table facility (
  id text collate "C" primary key,
  reference text collate "C" not null unique,
  customer_id text collate "C" not null,
  state text collate "C" not null,
  currency text collate "C" not null,
  terms jsonb not null,
  digest text collate "C" not null,
  disbursed numeric(78,0) not null,
  principal numeric(78,0) not null,
  interest numeric(78,0) not null,
  interest_before numeric(78,0) not null,
  interest_paid numeric(78,0) not null,
  accrual_day bigint not null,
  booked_day bigint not null,
  fees numeric(78,0) not null,
  fees_paid numeric(78,0) not null,
  shortfall numeric(78,0) not null,
  held jsonb not null,
  selling jsonb not null,
  missing jsonb not null,
  stage text collate "C" not null,
  call_id text collate "C",
  liquidation_id text collate "C",
  created_at bigint not null,
  updated_at bigint not null,
  ended_at bigint,
  note text collate "C",
  version bigint not null
);
create index facility_by_state_booked_day on facility (state, booked_day);
create index facility_by_updated_at on facility (updated_at);
create index facility_by_customer_id on facility (customer_id);

create table facility_place (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  asset text collate "C" not null,
  venue_id text collate "C" not null,
  network text collate "C" not null,
  state text collate "C" not null,
  account text collate "C",
  address text collate "C",
  memo text collate "C",
  note text collate "C",
  updated_at bigint not null
);
create index facility_place_by_facility_id on facility_place (facility_id);
create index facility_place_by_state on facility_place (state);

create table liquidation (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  call_id text collate "C",
  state text collate "C" not null,
  asset text collate "C" not null,
  quote_asset text collate "C" not null,
  venue_id text collate "C" not null,
  units numeric(78,0) not null,
  sold numeric(78,0) not null,
  proceeds numeric(78,0) not null,
  applied numeric(78,0) not null,
  at_market numeric(78,0) not null,
  repaid numeric(78,0) not null,
  surplus numeric(78,0) not null,
  price_limit text collate "C" not null,
  quote jsonb,
  transfer_id text collate "C",
  approval text collate "C" not null,
  rounds bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  ended_at bigint,
  note text collate "C",
  version bigint not null
);
create index liquidation_by_facility_id on liquidation (facility_id);
create index liquidation_by_state on liquidation (state);
create index liquidation_by_created_at on liquidation (created_at);

create table loan_payment (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  kind text collate "C" not null,
  amount numeric(78,0) not null,
  to_fees numeric(78,0) not null,
  to_interest numeric(78,0) not null,
  to_principal numeric(78,0) not null,
  to_shortfall numeric(78,0) not null,
  surplus numeric(78,0) not null,
  reference text collate "C" not null,
  source text collate "C" not null,
  at bigint not null,
  unique (facility_id, kind, reference)
);
create index loan_payment_by_facility_id_at on loan_payment (facility_id, at);

create table margin_call (
  id text collate "C" primary key,
  facility_id text collate "C" not null,
  state text collate "C" not null,
  opened_at bigint not null,
  deadline_at bigint not null,
  ltv_percent text collate "C",
  skipped jsonb not null,
  acknowledged_by text collate "C",
  acknowledged_at bigint,
  partial_cures bigint not null,
  extensions bigint not null,
  ended_at bigint,
  note text collate "C",
  updated_at bigint not null,
  version bigint not null
);
create index margin_call_by_facility_id on margin_call (facility_id);
create index margin_call_by_state_deadline_at on margin_call (state, deadline_at);
create index margin_call_by_opened_at on margin_call (opened_at);
