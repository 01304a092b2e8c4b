-- title:  Housing and occupancy by community and tier
-- grain:  one row per community, month and tier
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
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
order by s.community_code, s.month, s.tier
