-- Windows count what was sent since an instant: without this every count reads all that ever settled.
create index transfer_by_submitted_at on transfer (submitted_at);
