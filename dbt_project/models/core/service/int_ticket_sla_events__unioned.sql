{{ config(materialized='ephemeral') }}
-- A clock of a policy is started, paused, kept or missed. Other events of the clocks may be among them.
-- Renamed, a policy stays one: the list of policies says its name of today.
select
    events.source,
    events.instance,
    events.zendesk_ticket_id as source_ticket_id,
    events.zendesk_metric_event_id as event_order,
    events.metric,
    events.metric_instance_number,
    replace(events.event_type, 'apply_group_sla', 'apply_sla') as event_type,
    events.occurred_at,
    events.is_deleted,
    events.target_minutes,
    events.is_business_hours,
    events.zendesk_sla_policy_id as sla_policy_key,
    coalesce(policies.sla_policy_title, events.sla_policy_title) as sla_policy_title
from {{ ref('stg_zendesk__ticket_metric_events') }} as events
left join {{ ref('stg_zendesk__sla_policies') }} as policies
    on
        events.source = policies.source
        and events.instance = policies.instance
        and events.zendesk_sla_policy_id = policies.zendesk_sla_policy_id
