"""What a hostile analyst would ask the published file, and the functions of DuckDB that were looked at for it."""

HOSTILE = [
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}')",
    "select * from '{secret}'",
    "from read_json_auto('{secret}')",
    "select * from glob('{folder}/*')",
    "copy t to '{folder}/out.csv'",
    "copy (select 1) to '{folder}/out.parquet' (format parquet)",
    "export database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "attach ':memory:' as other",
    "install httpfs",
    "load httpfs",
    "load '{secret}'",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set threads = 64",
    "set memory_limit = '100GB'",
    "pragma enable_profiling",
    "pragma profiling_output = '{folder}/out.json'",
    "set profiling_output = '{folder}/out.json'",
    "insert into t values (2)",
    "update t set a = 3",
    "delete from t",
    "drop table t",
    "create table u as select 1",
    "create temp table u as select 1",
    "create macro m() as 1",
    "begin",
    "checkpoint",
    "vacuum",
    "call force_checkpoint()",
    "prepare p as select 1",
    "select 1; select 2",
    "select 1; copy t to '{folder}/out.csv'",
    "",
    "not sql at all",
    "select * from local_frame",
    "import database '{folder}'",
    "use memory",
    "create secret s (type http)",
    "explain analyze copy t to '{folder}/out.csv'",
    "with x as (insert into t values (9) returning a) from x",
    "select * from read_parquet('http://127.0.0.1:{port}/x.parquet')",
    "from sniff_csv('{secret}')",
    "from parquet_metadata('{secret}')",
    "from query('copy t to ''{folder}/out.csv''')",
    "from query_table('{secret}')",
    "select * from read_text(['{secret}'])",
    "select * from read_duckdb('{folder}/other.duckdb', table_name = 'z')",
    "from '{folder}/other.duckdb'",
    "from '{folder}/*.csv'",
    'from "{secret}"',
    "from read_text('file://{secret}')",
    "from read_text('/proc/self/environ')",
    "from read_csv('/dev/stdin')",
    "from 's3://bucket/x.parquet'",
    "summarize '{secret}'",
    "describe '{secret}'",
    "show '{secret}'",
    "unpivot '{secret}' on a",
    "pivot '{secret}' on a in (1)",
    "explain analyze select * from '{secret}'",
    "explain analyze insert into t values (1, 'x')",
    "explain create table u as select 1",
    "from parquet_schema('{secret}')",
    "from duckdb_secrets()",
    "from which_secret('s3://bucket/x', 's3')",
    "select getenv('CX_CANARY')",
    "from enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "with l as materialized (from enable_logging()) select write_log('x') from l",
    "from system.main.\"Enable_Logging\" /* ( */ (level = 'trace')",
    "select write_log('x')",
    "from enable_profiling(save_location = '{folder}/prof.json', format = 'json')",
    "from checkpoint()",
    "from query('from enable_log' || 'ging()')",
    "from json_execute_serialized_sql(json_serialize_sql('from read_text(''{secret}'')'))",
    "execute p",
    "deallocate p",
    "set variable x = 1",
    "detach cx",
    "copy (select 1) to '/dev/stdout'",
    "copy from database cx to memory",
    "from t; copy t to '{folder}/out.csv'",
    "/* x */ copy t to '{folder}/out.csv'",
    "select * from (copy t to '{folder}/out.csv')",
    "with x as (copy t to '{folder}/out.csv') from x",
    "merge into t using t as u on t.a = u.a when matched then delete",
    "alter table t add column c int",
    "comment on table t is 'x'",
    "force install httpfs",
    "from load_aws_credentials()",
    ".read {secret}",
    ".shell ls",
    "\\copy t to 'x'",
    "ＳＥＬＥＣＴ 1",
]
# Looked at one by one: they read nothing but the published file and what DuckDB knows of itself.
HARMLESS = """
    duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems
    duckdb_databases duckdb_dependencies duckdb_extensions duckdb_external_file_cache duckdb_functions duckdb_indexes
    duckdb_keywords duckdb_log_contexts duckdb_logs duckdb_memory duckdb_optimizers duckdb_prepared_statements
    duckdb_schemas duckdb_secret_types duckdb_sequences duckdb_settings duckdb_table_sample duckdb_tables
    duckdb_temporary_files duckdb_types duckdb_variables duckdb_views generate_series icu_calendar_names json_each
    json_tree pg_timezone_names pragma_collations pragma_database_size pragma_metadata_info pragma_platform pragma_show
    pragma_storage_info pragma_table_info pragma_user_agent pragma_version range repeat repeat_row seq_scan summary
    test_all_types test_vector_types unnest
    uuid uuidv4 uuidv7 gen_random_uuid random setseed currval nextval error sleep_ms stats current_query
    current_connection_id current_transaction_id current_query_id
"""
# They open files: `enable_external_access` keeps them from it, which the table above tries.
OPENING = """
    duckdb_secrets glob parquet_bloom_probe parquet_file_metadata parquet_full_metadata parquet_kv_metadata
    parquet_metadata parquet_scan parquet_schema read_blob read_csv read_csv_auto read_duckdb read_json read_json_auto
    read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_parquet read_text
    sniff_csv which_secret
"""
