-- How values look in any layout. Layouts use these and nothing of Python's.
create macro local_text(moment) as
    strftime(moment + to_seconds(offset_seconds(moment)), '%Y-%m-%d %H:%M:%S ')
    || case when offset_seconds(moment) < 0 then '-' else '+' end
    || lpad((abs(offset_seconds(moment)) // 3600)::varchar, 2, '0') || lpad((abs(offset_seconds(moment)) % 3600 // 60)::varchar, 2, '0');
create macro utc_text(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%SZ');
create macro short_money(amount) as
    case when right(amount::varchar, 1) = '0' then left(amount::varchar, -1) else amount::varchar end;
create macro as_of() as getvariable('as_of')::timestamp;
create macro known(moment) as case when moment < as_of() then moment end;
-- What a customer abroad was shown and charged in; the shop's own money counts.
create macro shown_currency(person) as if(person % 20 = 7, 'CAD', 'USD');
create macro shown_money(amount, currency) as {
    shopMoney: {amount: short_money(amount), currencyCode: 'USD'},
    presentmentMoney: {amount: short_money(if(currency = 'CAD', amount * 1.37, amount)::decimal(18, 2)), currencyCode: currency}};
create macro money_set(amount) as {shopMoney: {amount: short_money(amount), currencyCode: 'USD'}};
-- DuckDB would quote a cell that begins with a number sign; the writer turns the stand-in into one (files.py).
create macro label(number) as chr(2) || number;
