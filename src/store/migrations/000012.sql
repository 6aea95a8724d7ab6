-- Known payments that go straight from custody: to whom, and by which transfer. An older version beside this one funds them through
-- the hot wallets, and closes none that a transfer pays.
alter table obligation add column payee text collate "C";
alter table obligation add column transfer_id text collate "C";
alter table obligation add column retry_at bigint;
