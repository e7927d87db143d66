with source as (
    {{ current_rows('zendesk', 'tickets') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_ticket_id,
        created_at,
        updated_at,
        generated_timestamp as generated_at,
        lower(trim(status)) as source_status,
        lower(trim(priority)) as source_priority,
        lower(trim(type)) as ticket_type,
        lower(trim(via_channel)) as source_channel,
        lower(trim(via_source_rel)) as source_relation,
        cast(via_source_from_ticket_id as varchar) as follow_up_of_zendesk_ticket_id,
        cast(coalesce(requester_id, embedded_requester_id) as varchar) as requester_zendesk_user_id,
        embedded_requester_email as requester_email,
        cast(coalesce(submitter_id, embedded_submitter_id) as varchar) as submitter_zendesk_user_id,
        cast(coalesce(assignee_id, embedded_assignee_id) as varchar) as assignee_zendesk_user_id,
        cast(coalesce(group_id, embedded_group_id) as varchar) as zendesk_group_id,
        cast(brand_id as varchar) as zendesk_brand_id,
        cast(organization_id as varchar) as zendesk_organization_id,
        external_id,
        is_public,
        due_at,
        cast(from_json(tags, '["VARCHAR"]') as varchar[]) as tags,
        cast(from_json(merged_ticket_ids, '["VARCHAR"]') as varchar[]) as merged_zendesk_ticket_ids,
        lower(satisfaction_score) as satisfaction_score,
        coalesce(subject = 'SCRUBBED' and description = 'X', false) as is_scrubbed,
        _load_id,
        _row_number
    from source
)

select * from renamed
