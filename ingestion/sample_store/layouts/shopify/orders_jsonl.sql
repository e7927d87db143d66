-- A bulk operation over orders with lines and sales agreements: every connection's node is a line of its own.
with transactions_text as (
    select order_index, position,
        to_json({
            id: 'gid://shopify/OrderTransaction/' || transaction_id, kind: upper(kind), status: upper(status), gateway: gateway,
            createdAt: utc_text(happened_at), processedAt: utc_text(happened_at), test: false, amountSet: money_set(amount)
        })::varchar as line
    from payments_now
),
refunds_text as (
    select order_index, step,
        to_json({id: 'gid://shopify/Refund/' || refund_id, legacyResourceId: refund_id::varchar, createdAt: utc_text(refunded_at),
            totalRefundedSet: money_set(amount)})::varchar as line
    from refunds_now semi join orders_now using (order_index)
),
orders_text as (
    select
        o.order_index, 0 as kind, 0 as position,
        to_json({
            id: 'gid://shopify/Order/' || o.order_id, legacyResourceId: o.order_id::varchar, name: '#' || o.order_number,
            email: if(o.is_test, 'tester@shop.example', p.store_email), phone: p.phone,
            createdAt: utc_text(o.created_at), processedAt: utc_text(o.created_at), updatedAt: utc_text(o.updated_at),
            cancelledAt: utc_text(o.cancelled_at), cancelReason: case when o.cancelled_at is not null then 'CUSTOMER' end, confirmed: true,
            test: o.is_test, taxesIncluded: tax_included(), currencyCode: 'USD', presentmentCurrencyCode: shown_currency(coalesce(o.person_index, 0)),
            displayFinancialStatus: upper(o.financial_status),
            displayFulfillmentStatus: if(o.fulfilled_at is null, 'UNFULFILLED', 'FULFILLED'),
            sourceName: if(o.is_counter_sale, 'pos', 'web'),
            customer: case when p.has_account then {
                id: 'gid://shopify/Customer/' || p.customer_id, legacyResourceId: p.customer_id::varchar, email: p.store_email} end,
            discountCodes: if(o.discount_kind = 1, ['SPRING10'], []),
            paymentGatewayNames: case o.payment when 3 then ['gift_card', 'shopify_payments'] when 4 then ['manual'] else ['shopify_payments'] end,
            tags: if(o.order_index % 11 = 0, ['VIP', 'repeat'], []),
            shippingAddress: case when p.zip is not null then {city: p.city, zip: p.zip, provinceCode: p.province_code, countryCodeV2: 'US'} end,
            subtotalPriceSet: money_set(o.subtotal), totalPriceSet: shown_money(o.total, shown_currency(coalesce(o.person_index, 0))), totalTaxSet: money_set(o.tax),
            totalShippingPriceSet: money_set(o.shipping), totalDiscountsSet: money_set(o.discount),
            totalRefundedSet: money_set(o.refunded), totalOutstandingSet: money_set(if(o.paid_at is null, o.total, 0.00)::decimal(18, 2)),
            currentTotalPriceSet: money_set(o.total - o.refunded),
            transactions: ('[' || coalesce(t.transactions, '') || ']')::json,
            refunds: ('[' || coalesce(r.refunds, '') || ']')::json,
            fulfillments: case when o.fulfilled_at is null then [] else [{
                id: 'gid://shopify/Fulfillment/' || 510000000000 + o.order_index, name: '#' || o.order_number || '-F1', status: 'SUCCESS',
                displayStatus: if(o.delivered_at is null, 'FULFILLED', 'DELIVERED'), createdAt: utc_text(o.fulfilled_at),
                updatedAt: utc_text(coalesce(o.delivered_at, o.fulfilled_at)), deliveredAt: utc_text(o.delivered_at),
                estimatedDeliveryAt: utc_text(o.fulfilled_at + interval 5 day),
                trackingInfo: [{company: 'UPS', number: '1Z' || o.order_id, url: null}]}] end
        })::varchar as line
    from orders_now as o
    left join people as p on o.person_index = p.person_index
    left join (
        -- one place a position: an ordered list of structures costs as much as the rest of the file
        select order_index, concat_ws(',',
            max(line) filter (position = 1), max(line) filter (position = 2), max(line) filter (position = 3),
            max(line) filter (position = 4), max(line) filter (position = 5), max(line) filter (position = 6)) as transactions
        from transactions_text
        group by order_index
    ) as t on o.order_index = t.order_index
    left join (
        select order_index, concat_ws(',', max(line) filter (step = 1), max(line) filter (step = 2)) as refunds
        from refunds_text
        group by order_index
    ) as r on o.order_index = r.order_index
),
lines_text as (
    select
        l.order_index, 1 as kind, l.line_number as position,
        to_json({
            id: 'gid://shopify/LineItem/' || l.line_id, title: l.title, name: l.title || ' - ' || l.option, variantTitle: l.option,
            quantity: l.quantity, currentQuantity: l.quantity - coalesce(l.refunded_quantity, 0), sku: l.sku, vendor: l.vendor,
            isGiftCard: l.is_gift_card, requiresShipping: not l.is_gift_card, taxable: not l.is_gift_card,
            originalUnitPriceSet: money_set(l.price), originalTotalSet: money_set(l.gross),
            discountedTotalSet: money_set(l.gross - if(o.discount_kind = 2, l.discount, 0.00)::decimal(18, 2)),
            totalDiscountSet: money_set(if(o.discount_kind = 2, l.discount, 0.00)::decimal(18, 2)),
            discountAllocations: if(l.discount > 0, [{allocatedAmountSet: money_set(l.discount)}], []),
            taxLines: if(l.tax > 0, [{title: 'State Tax', priceSet: money_set(l.tax)}], []),
            product: {id: 'gid://shopify/Product/' || l.product_id}, variant: {id: 'gid://shopify/ProductVariant/' || l.variant_id, sku: l.sku},
            __parentId: 'gid://shopify/Order/' || o.order_id
        })::varchar as line
    from lines_now as l
    join orders_now as o using (order_index)
),
agreements_text as (
    select order_index, 2 as kind, 0 as position,
        to_json({id: 'gid://shopify/SalesAgreement/' || 610000000000 + order_index * 4, happenedAt: utc_text(created_at), reason: 'ORDER',
            __parentId: 'gid://shopify/Order/' || order_id})::varchar as line
    from orders_now
    union all
    select order_index, 3 as kind, r.step as position,
        to_json({id: 'gid://shopify/SalesAgreement/' || 610000000000 + order_index * 4 + r.step, happenedAt: utc_text(r.refunded_at),
            reason: 'REFUND', __parentId: 'gid://shopify/Order/' || order_id})::varchar as line
    from orders_now join refunds_now as r using (order_index)
),
sales as (
    select order_index, 4 as kind, line_number as position, line_id, quantity, gross - discount + if(tax_included(), 0, tax) as amount, tax,
        'ORDER' as action_type, 'PRODUCT' as line_type, order_index * 4 as agreement
    from lines_now
    union all
    select order_index, 5, line_number, line_id, -refunded_quantity, -(refunded_goods + if(tax_included(), 0, refunded_tax)), -refunded_tax,
        'RETURN', 'PRODUCT', order_index * 4 + step
    from lines_now
    where refunded_quantity is not null
    union all
    select order_index, 4, 90, null, 1, shipping, shipping_tax, 'ORDER', 'SHIPPING', order_index * 4
    from orders_now
    where shipping > 0
    union all
    select order_index, 5, 90, null, -1, -r.shipping, -shipping_tax, 'RETURN', 'SHIPPING', order_index * 4 + r.step
    from orders_now join refunds_now as r using (order_index)
    where r.shipping > 0
),
sales_text as (
    select order_index, kind, position,
        to_json({id: 'gid://shopify/Sale/' || 620000000000 + order_index * 200 + (kind - 4) * 100 + position, actionType: action_type,
            lineType: line_type, quantity: quantity, totalAmount: money_set(amount::decimal(18, 2)),
            totalTaxAmount: money_set(tax::decimal(18, 2)),
            lineItem: case when line_id is not null then {id: 'gid://shopify/LineItem/' || line_id} end,
            __parentId: 'gid://shopify/SalesAgreement/' || 610000000000 + agreement})::varchar as line
    from sales
)
select line
from (from orders_text union all from lines_text union all from agreements_text union all from sales_text)
-- children stand anywhere in a bulk file since 2026-07: kinds follow one another inside a block of orders
order by order_index // 50, kind, order_index, position
