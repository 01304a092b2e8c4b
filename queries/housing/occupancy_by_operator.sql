-- title:  Housing and occupancy by operator and tier at the end month
-- grain:  one row per operator and tier
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: operator, tier, community_count, supply_count, available_count, let_count
select
    n.operator,
    s.tier,
    count(*) as community_count,
    sum(s.supply_count)::bigint as supply_count,
    sum(s.available_count)::bigint as available_count,
    sum(s.let_count)::bigint as let_count
from open_occupancy as s
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
-- A community whose operator nobody has told is none's.
where s.month = $end_month and n.operator is not null
group by n.operator, s.tier
order by n.operator, s.tier
