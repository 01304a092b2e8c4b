-- title:  Youth needs in the chosen months: what is asked for in proposals and what activities answer
-- grain:  one row per need
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: need, proposal_count, activity_count, attendance_count
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
demand as (
    select need, count(*) as proposal_count
    from proposal_state
    join chosen using (community_code)
    where month between $start_month and $end_month and need is not null
    group by need
),
supply as (
    select
        need,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from service_month
    join chosen using (community_code)
    where month between $start_month and $end_month and need is not null
    group by need
)
select
    need,
    coalesce(d.proposal_count, 0) as proposal_count,
    coalesce(s.activity_count, 0) as activity_count,
    coalesce(s.attendance_count, 0) as attendance_count
from demand as d
full join supply as s using (need)
order by need
