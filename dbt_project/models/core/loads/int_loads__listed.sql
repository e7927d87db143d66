-- Which loads there are, and which of them some kept model has not got yet. Models made by other code are no reason:
-- they are built whole tonight.
with loads as (
    {{ listed_loads() }}
),

kept as (
    select
        load_mark,
        count(*) as model_count
    from ({{ kept_loads() }}) as kept_loads
    group by load_mark
),

kept_models as (
    {{ kept_models() }}
)

select
    loads.load_id,
    loads.content,
    loads.load_mark,
    coalesce(kept.model_count, 0) < kept_models.model_count as is_new
from loads
cross join kept_models
left join kept on loads.load_mark = kept.load_mark
