-- title:  Floor area of the stations, and the residents they are for, by town
-- grain:  one row per town
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: town_code, station_area_m2, resident_count
with stations as (
    select community_code, sum(floor_area_m2) as area_m2
    from organisation
    where
        valid_from <= last_day($end_month::date)
        and (valid_to is null or valid_to >= last_day($end_month::date))
    group by community_code
)
select
    s.town_code,
    coalesce(sum(g.area_m2), 0)::double as station_area_m2,
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
left join stations as g on g.community_code = s.community_code
where s.month = $end_month
group by s.town_code
order by s.town_code
