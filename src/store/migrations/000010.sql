-- What a network takes back after it called it final: settled transfers are looked at again, and their movements may be gone.
alter table movement add column gone boolean not null default false;
create index transfer_by_next_at on transfer (next_at);
