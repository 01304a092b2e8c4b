-- title:  The district's supply against each published target: by the due date, or so far
-- grain:  one row per target
-- filters: end month
-- column: target_code, tier, target_kind, due_on, month, target_count, supply_count, gap_count, days_left_count, figure_id, source_title
with counted as (
    select
        *,
        least($end_month::date, date_trunc('month', due_on)::date) as month
    from supply_target
),
supplied as (
    -- What some did not report is no part of a target that all are to meet.
    select
        month,
        tier,
        if(bool_or(supply_count is null), null, sum(supply_count))::bigint as supply_count
    from open_occupancy
    group by month, tier
)
select
    t.target_code,
    t.tier,
    t.target_kind,
    t.due_on,
    t.month,
    t.target_count,
    s.supply_count,
    t.target_count - s.supply_count as gap_count,
    greatest(t.due_on - last_day($end_month::date), 0)::bigint as days_left_count,
    t.figure_id,
    f.source_title
from counted as t
join supplied as s on s.month = t.month and s.tier = t.tier
join published_figure as f on f.figure_id = t.figure_id
order by t.due_on, t.target_count
