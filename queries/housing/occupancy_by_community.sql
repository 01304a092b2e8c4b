-- title:  Housing and occupancy by community and tier
-- grain:  one row per community, month and tier
-- filters: months, communities
-- column: community_code, town_code, month, tier, dwelling_count, supply_count, available_count, let_count, resident_count
select
    s.community_code,
    c.town_code,
    s.month,
    s.tier,
    s.dwelling_count,
    s.supply_count,
    s.available_count,
    s.let_count,
    s.resident_count
from open_occupancy as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
order by s.community_code, s.month, s.tier
