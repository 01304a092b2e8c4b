-- title:  Activities and attendances by day
-- grain:  one row per day
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: held_on, activity_count, attendance_count
with chosen as (
    select c.community_code
    from chosen_communities(
        $end_month::date,
        $town_codes::varchar[],
        $community_codes::varchar[],
        $coverage_types::varchar[],
        $modes::varchar[],
        $tiers::varchar[],
        $is_home::boolean
    ) as c
),
days as (
    select held_on, activity_count, attendance_count
    from activity_day
    join chosen using (community_code)
    where held_on between $start_month and last_day($end_month::date)
)
select
    held_on,
    sum(activity_count)::bigint as activity_count,
    sum(attendance_count)::bigint as attendance_count
from days
group by held_on
order by held_on
