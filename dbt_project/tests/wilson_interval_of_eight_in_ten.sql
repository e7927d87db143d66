-- the textbook vector at 95 % (a shop may have set another): 8 of 10 is 49.0 % to 94.3 %; 0 of 10 never goes below 0
with bounds as (
    select
        {{ wilson_lower('8', '10') }} as lower_rate,
        {{ wilson_upper('8', '10') }} as upper_rate,
        {{ wilson_lower('0', '10') }} as lowest_rate,
        {{ wilson_lower('0', '0') }} as unknown_rate
)

select *
from bounds
where
    ({{ var('confidence_z') }} = 1.959963985 and abs(lower_rate - 0.4901625) > 0.00001)
    or ({{ var('confidence_z') }} = 1.959963985 and abs(upper_rate - 0.9433178) > 0.00001)
    or lowest_rate != 0
    or unknown_rate is not null
