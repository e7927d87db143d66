with source as (
    {{ current_rows('entity', 'ticket_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        ticket_key,
        event_key,
        occurred_at,
        sequence_number,
        -- what a later export tells of one instant comes after
        coalesce(cast(epoch(_exported_at) as bigint), 0) * 1000000000 + _row_number as row_order,
        lower(trim(event_type)) as event_type,
        lower(trim(coalesce(status, source_status))) as source_status,
        assignee_key,
        group_name,
        actor_key,
        lower(trim(actor_role)) as actor_role,
        is_public,
        coalesce(is_automatic, false) as is_automatic,
        lower(trim(channel)) as source_channel
    from source
)

select * from renamed
