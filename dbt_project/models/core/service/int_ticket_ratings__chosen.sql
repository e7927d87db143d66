-- The newest answer of a ticket; an offer stands only where nobody has answered.
with ratings as (
    select * from {{ ref('stg_zendesk__satisfaction_ratings') }}
)

select
    {{ surrogate_key(['source', 'instance', 'zendesk_ticket_id']) }} as ticket_id,
    score,
    coalesce(updated_at, created_at) as rated_at
from ratings
qualify
    row_number() over (
        partition by source, instance, zendesk_ticket_id
        order by
            score in ('good', 'bad') desc,
            coalesce(updated_at, created_at) desc nulls last,
            cast(zendesk_rating_id as bigint) desc
    ) = 1
