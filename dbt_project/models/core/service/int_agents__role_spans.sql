-- Who was what and when, from the versions of users that were delivered. Before the first version the first one counts.
with versions as (
    select * from {{ ref('int_desk_roles__unioned') }}
),

-- of two versions of one instant, the one that may do more
kinds as (
    select
        source,
        instance,
        user_key as agent_key,
        updated_at,
        role_kind
    from versions
    qualify
        row_number() over (
            partition by source, instance, user_key, updated_at
            order by role_kind = 'customer', role_kind
        ) = 1
),

internal as (
    select distinct
        source,
        instance,
        agent_key
    from kinds
    where role_kind != 'customer'
),

changed as (
    select
        kinds.*,
        lag(kinds.role_kind) over by_person as role_kind_before
    from kinds
    semi join internal
        on
            kinds.source = internal.source
            and kinds.instance = internal.instance
            and kinds.agent_key = internal.agent_key
    window by_person as (
        partition by kinds.source, kinds.instance, kinds.agent_key order by kinds.updated_at
    )
),

spans as (
    select
        source,
        instance,
        agent_key,
        role_kind,
        case
            when role_kind_before is null then timestamp '1900-01-01 00:00:00'
            else updated_at
        end as valid_from,
        lead(updated_at) over (partition by source, instance, agent_key order by updated_at) as valid_to
    from changed
    where role_kind_before is null or role_kind != role_kind_before
)

select * from spans
