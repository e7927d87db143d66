{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- Their words become ours by seed; a word nobody has judged yet is 'other', never a failure.
with tickets as (
    select every.* from {{ ref('int_tickets__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

resolved as (
    select * from {{ ref('int_tickets__resolved') }}
),

recoded as (
    select
        tickets.*,
        -- The newer of both says it: a history pulled after the ticket knows more. One without a word takes it too.
        coalesce(
            case
                -- what was restored is told by the record that was made after the deletion
                when resolved.last_status = 'deleted' and resolved.last_changed_at < tickets.generated_at then null
                when resolved.last_changed_at > tickets.known_to
                    then resolved.last_status
            end,
            {{ seed_word('ticket_status_words', 'source_status', 'status', 'tickets') }}, resolved.last_status
        ) as status,
        {{ seed_word('ticket_channel_words', 'source_channel', 'channel', 'tickets') }} as channel,
        {{ seed_word('ticket_priority_words', 'source_priority', 'priority', 'tickets') }} as priority
    from tickets
    left join resolved on tickets.ticket_id = resolved.ticket_id
)

select * from recoded
