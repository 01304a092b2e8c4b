-- title:  Housing and occupancy by tier
-- grain:  one row per month and tier
-- filters: months, communities
-- column: month, tier, community_count, let_community_count, supply_count, available_count, let_count, over_let_count
select
    s.month,
    s.tier,
    count(*) as community_count,
    count(s.let_count) as let_community_count,
    sum(s.supply_count)::bigint as supply_count,
    sum(s.available_count)::bigint as available_count,
    sum(s.let_count)::bigint as let_count,
    count(*) filter (s.let_count > s.available_count) as over_let_count
from open_occupancy as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.month, s.tier
order by s.month, s.tier
