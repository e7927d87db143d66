-- Every delivered version of a ticket: what came inside of one knows the ticket up to that version's last change.
with source as (
    select * from {{ source('zendesk', 'tickets') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_ticket_id,
        cast(coalesce(assignee_id, embedded_assignee_id) as varchar) as assignee_zendesk_user_id,
        updated_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
