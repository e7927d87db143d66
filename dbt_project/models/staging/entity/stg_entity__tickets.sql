with source as (
    {{ current_rows('entity', 'tickets') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        ticket_key,
        created_at,
        updated_at,
        lower(trim(coalesce(status, source_status))) as source_status,
        lower(trim(priority)) as source_priority,
        lower(trim(ticket_type)) as ticket_type,
        lower(trim(channel)) as source_channel,
        customer_key,
        email as customer_email,
        phone as customer_phone,
        submitter_key,
        assignee_key,
        group_name,
        order_key,
        category,
        first_replied_at,
        solved_at,
        closed_at,
        reopen_count,
        reassignment_count,
        reply_count,
        is_sla_met,
        lower(satisfaction_score) as satisfaction_score,
        coalesce(is_merged, false) as is_merged,
        coalesce(is_spam, false) as is_spam,
        coalesce(is_deleted, false) as is_deleted,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
