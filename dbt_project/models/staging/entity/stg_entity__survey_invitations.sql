with source as (
    {{ current_rows('entity', 'survey_invitations') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        invitation_key,
        survey_key,
        sent_at,
        delivered_at,
        opened_at,
        is_bounced,
        channel,
        customer_key,
        email,
        order_key,
        ticket_key,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
