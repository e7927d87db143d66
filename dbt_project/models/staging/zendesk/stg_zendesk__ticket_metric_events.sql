with source as (
    {{ current_rows('zendesk', 'ticket_metric_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as zendesk_metric_event_id,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        metric,
        coalesce(instance_id, 1) as metric_instance_number,
        type as event_type,
        "time" as occurred_at,
        coalesce(deleted, false) as is_deleted,
        coalesce(sla_target, sla_target_in_seconds / 60.0) as target_minutes,
        sla_business_hours as is_business_hours,
        cast(sla_policy_id as varchar) as zendesk_sla_policy_id,
        sla_policy_title
    from source
)

select * from renamed
