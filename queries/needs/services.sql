-- title:  Activities of the chosen months by domain and aspect of service
-- grain:  one row per domain and aspect
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: domain, aspect, activity_count, attendance_count, served_community_count
select
    x.domain,
    x.aspect,
    sum(x.activity_count)::bigint as activity_count,
    sum(x.attendance_count)::bigint as attendance_count,
    count(distinct x.community_code) as served_community_count
from service_month as x
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = x.community_code
where x.month between $start_month and $end_month
group by x.domain, x.aspect
order by x.domain, x.aspect
