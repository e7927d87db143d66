with source as (
    {{ current_rows('zendesk', 'sla_policies') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_sla_policy_id,
        title as sla_policy_title,
        position,
        created_at,
        updated_at
    from source
)

select * from renamed
