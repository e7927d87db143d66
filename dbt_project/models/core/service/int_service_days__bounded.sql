-- One row: the first and last day on which business time can be asked for. Timestamps that are plainly wrong (before
-- 2000, or years ahead) do not stretch it; what lies outside has no business time.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

bounded as (
    select
        greatest(
            cast(coalesce(min(created_at), {{ as_of() }}) as date) - 8, date '2000-01-01'
        ) as first_date,
        cast(
            least(
                greatest(coalesce(max(greatest(created_at, updated_at)), {{ as_of() }}), {{ as_of() }}),
                {{ as_of() }} + interval 1 year
            ) as date
        ) + 8 as last_date
    from tickets
)

-- In whole years: the tickets that are kept were measured by other nights' days
select
    least(cast(date_trunc('year', first_date) as date), last_date) as first_date,
    make_date(cast(extract('year' from last_date) as integer), 12, 31) as last_date
from bounded
