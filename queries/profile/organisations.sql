-- title:  Party branches and stations of each community
-- grain:  one row per organisation
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: organisation_code, community_code, town_code, organisation_kind, valid_from, valid_to, floor_area_m2, origin
select
    g.organisation_code,
    g.community_code,
    c.town_code,
    g.organisation_kind,
    g.valid_from,
    g.valid_to,
    g.floor_area_m2,
    g.origin
from organisation as g
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = g.community_code
where g.valid_from <= last_day($end_month::date)
order by g.organisation_code
