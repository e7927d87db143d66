-- What an edit took back on its own. Units of a line come back once: those that a refund without money names are what
-- the edit removed, and no line gives back more units than it sold, whether edits, refunds or other agreements say so.
-- Where an order does not name all its lines they meet by their price, and nobody knows how many units these sold.
with agreements as (
    select * from {{ ref('int_refunds__agreed') }}
),

-- an order's own amounts may have left out already what its edit took back (lines and header do not meet)
edits as (
    select agreements.*
    from agreements
    anti join {{ ref('int_orders__valued') }} as orders
        on
            agreements.source = orders.source
            and agreements.instance = orders.instance
            and agreements.order_key = orders.order_key
            and orders.has_unexplained_amount
    where agreements.is_edit
),

tellers as (
    select
        source,
        instance,
        order_key,
        'edit' as teller,
        agreement_key as teller_key,
        happened_at,
        lines
    from edits

    union all by name

    select
        source,
        instance,
        order_key,
        'agreement' as teller,
        lines
    from agreements
    where not is_edit

    union all by name

    select
        source,
        instance,
        order_key,
        case when coalesce(refunded_amount, 0) = 0 then 'refund_without_money' else 'refund' end as teller,
        lines
    from {{ ref('int_refunds__told') }}
),

named as (
    select
        * exclude (lines),
        unnest(lines, recursive := true)
    from tellers
    semi join edits using (source, instance, order_key)
),

keyed as (
    select
        * replace (
            case
                when bool_and(line_key is not null) over (partition by source, instance, order_key) then line_key
                else 'at ' || round(cast(goods_amount as double) / coalesce(nullif(quantity, 0), 1), 2)
            end as line_key
        ),
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id
    from named
),

sold as (
    select
        lines.order_id,
        lines.line_key,
        sum(lines.quantity) as sold_units
    from {{ ref('int_order_lines__judged') }} as lines
    semi join keyed using (order_id)
    group by lines.order_id, lines.line_key
),

-- what is told without its units is told of all of them
told as (
    select
        keyed.*,
        sold.sold_units,
        coalesce(nullif(keyed.quantity, 0), sold.sold_units, 1) as units
    from keyed
    left join sold using (order_id, line_key)
),

summed as (
    select
        *,
        sum(units) filter (where teller = 'edit') over line as edit_units,
        coalesce(sum(units) filter (where teller = 'refund_without_money') over line, 0) as unpaid_units,
        coalesce(sum(units) filter (where teller = 'refund') over line, 0) as paid_units,
        coalesce(sum(units) filter (where teller = 'agreement') over line, 0) as agreed_units,
        sum(units) filter (where teller = 'edit') over (
            line
            order by happened_at, teller_key, goods_amount, quantity
            rows between unbounded preceding and current row
        ) as edit_units_so_far
    from told
    window line as (partition by order_id, line_key)
),

-- Of one line's edits the first ones are told by others as well. greatest() passes over units that nobody knows.
retold as (
    select
        *,
        least(
            edit_units,
            greatest(
                unpaid_units, edit_units + unpaid_units + greatest(paid_units, agreed_units) - sold_units
            )
        ) as retold_units,
        greatest(edit_units_so_far - retold_units, 0) - greatest(edit_units_so_far - units - retold_units, 0)
            as own_units
    from summed
    where teller = 'edit'
)

select
    source,
    instance,
    order_key,
    teller_key as agreement_key,
    try_cast(sum(goods_amount * cast(own_units as double) / units) as decimal(18, 4)) as returned_amount,
    sum(own_units) filter (where quantity is not null) as returned_quantity,
    try_cast(
        sum(
            goods_amount * cast(units - own_units as double) / units
            * least(1, (unpaid_units + greatest(paid_units - agreed_units, 0)) / nullif(retold_units, 0))
        ) as decimal(18, 4)
    ) as refunded_goods_amount
from retold
group by source, instance, order_key, teller_key
