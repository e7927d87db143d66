-- The newest answer of a ticket; an offer stands only where nobody has answered.
with ratings as (
    select * from {{ ref('int_ticket_ratings__unioned') }}
)

select
    {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
    score,
    rated_at
from ratings
qualify
    row_number() over (
        partition by source, instance, source_ticket_id
        order by
            score in ('good', 'bad') desc,
            rated_at desc nulls last,
            rating_order desc
    ) = 1
