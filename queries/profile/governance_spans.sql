-- title:  How each community has been governed, span by span
-- grain:  one row per community and first day
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: community_code, town_code, valid_from, valid_to, coverage_type, mode, leading_organisation, origin
select
    g.community_code,
    c.town_code,
    g.valid_from,
    g.valid_to,
    g.coverage_type,
    g.mode,
    g.leading_organisation,
    g.origin
from governance as g
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
order by g.community_code, g.valid_from
