with source as (
    {{ current_rows('zendesk', 'ticket_events_child_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        event_id as zendesk_parent_event_id,
        coalesce(id, _child_number) as zendesk_event_id,
        coalesce(event_created_at, event_timestamp) as occurred_at,
        coalesce(type, event_type) as event_type,
        status,
        assignee_id as assignee_zendesk_user_id,
        group_id as zendesk_group_id,
        previous_value,
        cast(coalesce(author_id, updater_id) as varchar) as author_zendesk_user_id,
        coalesce(public, comment_public) as is_public,
        coalesce(comment_present, false) as is_comment_present,
        lower(coalesce(via, event_via)) as source_channel
    from source
)

select * from renamed
