-- title:  Governance modes by town at the end month
-- grain:  one row per town, coverage type and mode
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: town_code, coverage_type, mode, community_count, resident_count
-- Under a committee none is unclassified; under a grid there is no mode to have.
select
    s.town_code,
    s.coverage_type,
    if(s.coverage_type = 'committee', coalesce(s.mode, 'none'), 'grid') as mode,
    count(*) as community_count,
    sum(s.resident_count)::bigint as resident_count
from community_month as s
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = s.community_code
where s.month = $end_month
group by all
order by all
