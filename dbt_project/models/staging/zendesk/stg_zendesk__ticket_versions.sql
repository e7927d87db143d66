-- Every delivered version of a ticket: what came inside of one knows the ticket up to that version's last change.
with source as (
    select * from {{ source('zendesk', 'tickets') }}
),

renamed as (
    select
        updated_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
