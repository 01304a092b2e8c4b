-- title:  Housing and occupancy by town and tier
-- grain:  one row per town, month and tier
-- filters: months, communities
-- column: town_code, month, tier, dwelling_count, supply_count, available_count, let_count, resident_count
select
    c.town_code,
    s.month,
    s.tier,
    sum(s.dwelling_count)::bigint as dwelling_count,
    sum(s.supply_count)::bigint as supply_count,
    sum(s.available_count)::bigint as available_count,
    sum(s.let_count)::bigint as let_count,
    sum(s.resident_count)::bigint as resident_count
from open_occupancy as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by c.town_code, s.month, s.tier
order by c.town_code, s.month, s.tier
