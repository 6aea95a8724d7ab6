-- Every policy a decision was made under, by its digest: what a replay needs when the file has changed since.
create table policy_version (
  digest text collate "C" primary key,
  pool_id text collate "C" not null,
  policy jsonb not null,
  first_used_at bigint not null
);
