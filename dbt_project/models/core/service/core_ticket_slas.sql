-- One clock of one policy on one ticket: what was promised, and whether it was kept. Taken from the help desk's own
-- metric events, since only they know the target that held when the clock was started.
with metric_events as (
    select * from {{ ref('int_ticket_sla_events__unioned') }}
    where occurred_at <= {{ as_of() }} and not is_deleted
),

clocks as (
    select
        source,
        instance,
        source_ticket_id,
        metric,
        metric_instance_number,
        max(occurred_at) filter (where event_type = 'apply_sla') as applied_at,
        arg_max(target_minutes, (occurred_at, event_order)) filter (where event_type = 'apply_sla')
            as target_minutes,
        arg_max(is_business_hours, (occurred_at, event_order)) filter (where event_type = 'apply_sla')
            as is_business_hours,
        arg_max(sla_policy_title, (occurred_at, event_order)) filter (where event_type = 'apply_sla')
            as sla_policy_title,
        arg_max(sla_policy_key, (occurred_at, event_order)) filter (where event_type = 'apply_sla')
            as sla_policy_key,
        min(occurred_at) filter (where event_type = 'breach') as breached_at,
        max(occurred_at) filter (where event_type = 'fulfill') as fulfilled_at,
        count(*) filter (where event_type = 'pause') as pause_count
    from metric_events
    group by source, instance, source_ticket_id, metric, metric_instance_number
    having count(*) filter (where event_type = 'apply_sla') > 0
),

judged as (
    select
        {{ surrogate_key(['source', 'instance', 'source_ticket_id', 'metric', 'metric_instance_number']) }}
            as ticket_sla_id,
        {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
        metric as sla_metric,
        metric_instance_number,
        sla_policy_key,
        -- a policy of no list of policies has one name too: the newest that its clocks were started under
        case
            when sla_policy_key is null then sla_policy_title
            else arg_max(sla_policy_title, (applied_at, sla_policy_title)) over (
                partition by source, instance, sla_policy_key
            )
        end as sla_policy_title,
        cast(target_minutes as double) as target_minutes,
        is_business_hours,
        applied_at,
        breached_at,
        fulfilled_at,
        pause_count,
        case
            when breached_at is not null then 'breached'
            when fulfilled_at is not null then 'met'
            else 'running'
        end as sla_state
    from clocks
)

select * from judged
