{{ config(materialized='ephemeral') }}
-- A clock of a policy is started, paused, kept or missed. Other events of the clocks may be among them.
select
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    zendesk_metric_event_id as event_order,
    metric,
    metric_instance_number,
    replace(event_type, 'apply_group_sla', 'apply_sla') as event_type,
    occurred_at,
    is_deleted,
    target_minutes,
    is_business_hours,
    zendesk_sla_policy_id as sla_policy_key,
    sla_policy_title
from {{ ref('stg_zendesk__ticket_metric_events') }}
