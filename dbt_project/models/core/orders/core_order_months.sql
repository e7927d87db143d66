-- Sales by the day they were made, returns by the day they were paid back, buyers by their first valid order ever.
-- Amounts and counts of a month that runs are what there is so far; what is a share or a mean waits for its end.
with orders as (
    select * from {{ ref('core_orders') }}
    where is_valid_order
),

sales as (
    select
        cast(date_trunc('month', ordered_date) as date) as month_date,
        count(*) as order_count,
        -- orders without a rate are in neither the money nor the number it is divided by
        count(reporting_gross_amount) as converted_order_count,
        count(reporting_net_amount) as net_order_count,
        count(*) filter (where gift_card_amount > 0 and gross_amount = 0) as gift_card_order_count,
        sum(reporting_gross_amount) as gross_amount,
        sum(reporting_discount_amount) as discount_amount,
        sum(reporting_net_amount) as net_of_own_returns_amount,
        sum(reporting_tax_amount) as tax_amount,
        sum(reporting_shipping_amount) as shipping_amount,
        sum(reporting_total_amount) as total_amount,
        sum(reporting_sold_amount) filter (where customer_id is not null) as known_customer_amount,
        sum(reporting_sold_amount) filter (where customer_order_number > 1) as returning_amount
    from orders
    group by date_trunc('month', ordered_date)
),

returned as (
    select
        cast(date_trunc('month', refunded_date) as date) as month_date,
        coalesce(sum(reporting_returned_amount), 0) as returned_amount,
        count(*) filter (where reporting_returned_amount is not null or returned_amount = 0) = 0 as is_unconverted
    from {{ ref('core_refunds') }}
    where invalid_refund_reason is null and is_sale_converted
    group by date_trunc('month', refunded_date)
),

people as (
    select
        month_date,
        count(*) as buyer_count,
        count(*) filter (where first_order_number = 1) as new_buyer_count,
        count(*) filter (where first_order_number > 1) as returning_buyer_count,
        count(*) filter (where order_count > 1) as repeat_buyer_count
    from (
        select
            cast(date_trunc('month', ordered_date) as date) as month_date,
            customer_id,
            count(*) as order_count,
            min(customer_order_number) as first_order_number
        from orders
        where customer_id is not null
        group by date_trunc('month', ordered_date), customer_id
    ) as buyers
    group by month_date
),

months as (
    select month_date from sales
    union
    select month_date from returned
),

measured as (
    select
        months.month_date,
        cast(months.month_date + to_months(1) as date) <= {{ store_date(as_of()) }} as is_finished,
        '{{ var("reporting_currency") }}' as currency,
        coalesce(sales.order_count, 0) as order_count,
        coalesce(sales.order_count - sales.converted_order_count, 0) as unconverted_order_count,
        coalesce(sales.gift_card_order_count, 0) as gift_card_order_count,
        -- a month without sales sold for 0; what no order of a month could be converted to is not known
        try_cast(case when sales.order_count > 0 then sales.gross_amount else 0 end as decimal(18, 4)) as gross_amount,
        try_cast(case when sales.order_count > 0 then sales.discount_amount else 0 end as decimal(18, 4))
            as discount_amount,
        try_cast(
            case when not coalesce(returned.is_unconverted, false) then coalesce(returned.returned_amount, 0) end
            as decimal(18, 4)
        ) as returned_amount,
        try_cast(
            case
                when coalesce(returned.is_unconverted, false) then null
                when sales.order_count > 0
                    then sales.gross_amount - sales.discount_amount - coalesce(returned.returned_amount, 0)
                else -returned.returned_amount
            end as decimal(18, 4)
        ) as net_amount,
        try_cast(sales.tax_amount as decimal(18, 4)) as tax_amount,
        try_cast(sales.shipping_amount as decimal(18, 4)) as shipping_amount,
        try_cast(sales.total_amount as decimal(18, 4)) as total_amount,
        cast(sales.gross_amount - sales.discount_amount as double)
        / nullif(sales.converted_order_count, 0) as aov_gross_less_discounts,
        cast(sales.net_of_own_returns_amount as double) / nullif(sales.net_order_count, 0) as aov_net_of_returns,
        cast(sales.total_amount as double) / nullif(sales.converted_order_count, 0) as aov_with_shipping_and_tax,
        coalesce(people.buyer_count, 0) as buyer_count,
        coalesce(people.new_buyer_count, 0) as new_buyer_count,
        coalesce(people.returning_buyer_count, 0) as returning_buyer_count,
        coalesce(people.repeat_buyer_count, 0) as repeat_buyer_count,
        coalesce(people.buyer_count, 0) < {{ var('small_sample_threshold') }} as is_small_sample,
        people.returning_buyer_count / cast(people.buyer_count as double) as returning_customer_rate,
        {{ wilson_lower('people.returning_buyer_count', 'people.buyer_count') }} as returning_customer_lower_rate,
        {{ wilson_upper('people.returning_buyer_count', 'people.buyer_count') }} as returning_customer_upper_rate,
        people.repeat_buyer_count / cast(people.buyer_count as double) as repeat_purchase_rate,
        {{ wilson_lower('people.repeat_buyer_count', 'people.buyer_count') }} as repeat_purchase_lower_rate,
        {{ wilson_upper('people.repeat_buyer_count', 'people.buyer_count') }} as repeat_purchase_upper_rate,
        try_cast(
            case when coalesce(sales.converted_order_count, 1) > 0 then coalesce(sales.returning_amount, 0) end
            as decimal(18, 4)
        ) as returning_amount,
        try_cast(
            case when coalesce(sales.converted_order_count, 1) > 0 then coalesce(sales.known_customer_amount, 0) end
            as decimal(18, 4)
        ) as known_customer_amount,
        coalesce(sales.returning_amount, 0) / nullif(cast(sales.known_customer_amount as double), 0)
            as returning_revenue_share
    from months
    left join sales on months.month_date = sales.month_date
    left join returned on months.month_date = returned.month_date
    left join people on months.month_date = people.month_date
)

select
    * replace (
        {%- for figure in [
            'aov_gross_less_discounts', 'aov_net_of_returns', 'aov_with_shipping_and_tax', 'returning_customer_rate',
            'returning_customer_lower_rate', 'returning_customer_upper_rate', 'repeat_purchase_rate',
            'repeat_purchase_lower_rate', 'repeat_purchase_upper_rate', 'returning_revenue_share'
        ] %}
            case when is_finished then {{ figure }} end as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
from measured
