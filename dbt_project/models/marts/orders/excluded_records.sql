with excluded as (
    select * from {{ ref('core_excluded_records') }}
)

select
    area,
    entity,
    rule,
    reason,
    record_count,
    source
from excluded
