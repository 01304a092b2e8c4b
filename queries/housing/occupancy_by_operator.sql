-- title:  Housing and occupancy by operator and tier at the end month
-- grain:  one row per operator and tier
-- filters: end month, communities
-- column: operator, tier, community_count, supply_count, available_count, let_count
select
    n.operator,
    s.tier,
    count(*) as community_count,
    sum(s.supply_count)::bigint as supply_count,
    sum(s.available_count)::bigint as available_count,
    sum(s.let_count)::bigint as let_count
from open_occupancy as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
-- A community whose operator nobody has told is none's.
where s.month = $end_month and n.operator is not null
group by n.operator, s.tier
order by n.operator, s.tier
