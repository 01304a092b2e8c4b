-- title:  Housing and occupancy by town and tier
-- grain:  one row per town, month and tier
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
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
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by c.town_code, s.month, s.tier
order by c.town_code, s.month, s.tier
