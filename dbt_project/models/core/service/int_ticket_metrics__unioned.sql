-- The help desk's own figures, the newest a ticket. They stand in only where a ticket has no history of its own.
with listed as (
    select * from {{ ref('stg_zendesk__ticket_metrics') }}
),

embedded as (
    select * from {{ ref('stg_zendesk__ticket_embedded_metrics') }}
),

unioned as (
    select
        *,
        1 as preference
    from listed
    union all by name
    select
        *,
        2 as preference
    from embedded
),

newest as (
    select
        {{ surrogate_key(['source', 'instance', 'zendesk_ticket_id']) }} as ticket_id,
        * exclude (preference)
    from unioned
    qualify
        row_number() over (
            partition by source, instance, zendesk_ticket_id order by updated_at desc nulls last, preference asc
        ) = 1
)

select * from newest
