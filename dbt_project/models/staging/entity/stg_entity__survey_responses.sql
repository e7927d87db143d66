with source as (
    {{ current_rows('entity', 'survey_responses') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        response_key,
        survey_key,
        question_key,
        measure,
        score,
        scale_min,
        scale_max,
        is_high_good,
        comment,
        language,
        channel,
        responded_at,
        invitation_key,
        customer_key,
        email,
        order_key,
        ticket_key,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
