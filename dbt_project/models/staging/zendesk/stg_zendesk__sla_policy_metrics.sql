with source as (
    {{ current_rows('zendesk', 'sla_policies_policy_metrics') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(sla_policy_id as varchar) as zendesk_sla_policy_id,
        priority,
        metric,
        coalesce(target, target_in_seconds / 60.0) as target_minutes,
        business_hours as is_business_hours
    from source
)

select * from renamed
