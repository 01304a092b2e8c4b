-- title:  Published figures beside this system's own counts
-- grain:  one row per control total
-- column: control_code, figure_id, measure, month, rounding, published_value, qualifier, as_of, own_count, source_title
with counted as (
    unpivot (
        select
            month,
            count(*)::bigint as community_count,
            count(*) filter (coverage_type = 'committee')::bigint as committee_community_count,
            count(*) filter (is_home)::bigint as home_count,
            sum(dwelling_count)::bigint as dwelling_count,
            sum(bed_supply_count)::bigint as bed_supply_count,
            sum(resident_count)::bigint as resident_count
        from community_month
        group by month
    )
    on columns(* exclude (month))
    into name measure value own_count
)
select
    t.control_code,
    t.figure_id,
    t.measure,
    t.month,
    t.rounding,
    f.published_value,
    f.qualifier,
    f.as_of,
    c.own_count,
    f.source_title
from control_total as t
join published_figure as f on f.figure_id = t.figure_id
left join counted as c on c.measure = t.measure and c.month = t.month
order by t.control_code
