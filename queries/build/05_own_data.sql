-- title:  Tables that tell where the user's own data came from; empty for the sample
-- grain:  load_batch: one row per file loaded; restatement: one row per value said anew;
--         qualified_value: one row per value that came as about or at least
create table load_batch (
    batch bigint,
    loaded_at varchar,
    loaded_by varchar,
    file_name varchar,
    file_sha256 varchar,
    row_count bigint,
    coerced_count bigint
);

create table restatement (
    table_name varchar,
    row_key varchar,
    column_name varchar,
    before_value varchar,
    after_value varchar,
    batch bigint
);

create table qualified_value (
    table_name varchar,
    row_key varchar,
    column_name varchar,
    raw_value varchar,
    qualifier varchar,
    batch bigint
);
