-- title:  Communities of the end month: residents then, moves over the chosen months
-- grain:  one row per community
-- filters: months, communities
-- column: community_code, name_zh, name_en, town_code, origin, operator, opened_on, dwelling_count, resident_count, paired_resident_count, paired_dwelling_count, move_in_count, move_out_count, resident_month_count, month_count
with counted as (
    select
        f.community_code,
        any_value(s.dwelling_count) as dwelling_count,
        any_value(s.resident_count) as resident_count,
        sum(f.move_in_count) as move_in_count,
        sum(f.move_out_count) as move_out_count,
        -- What moves are divided by: the resident-months in which moves were reported.
        sum(f.resident_month_count) filter (f.move_out_count is not null) as resident_month_count,
        count(f.move_out_count) as month_count
    from community_flow as f
    join chosen_communities as c on c.community_code = f.community_code
    left join community_month as s
        on s.community_code = f.community_code and s.month = f.month and s.month = $end_month
    where f.month between $start_month and $end_month
    group by f.community_code
    having count(s.month) > 0
)
select
    s.community_code,
    n.name_zh,
    n.name_en,
    n.town_code,
    n.origin,
    n.operator,
    n.opened_on,
    s.dwelling_count::bigint as dwelling_count,
    s.resident_count::bigint as resident_count,
    if(s.dwelling_count is null, null, s.resident_count)::bigint as paired_resident_count,
    if(s.resident_count is null, null, s.dwelling_count)::bigint as paired_dwelling_count,
    s.move_in_count::bigint as move_in_count,
    s.move_out_count::bigint as move_out_count,
    s.resident_month_count,
    s.month_count
from counted as s
join community as n on n.community_code = s.community_code
order by s.community_code
