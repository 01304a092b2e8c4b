-- title:  Residents by the month in which they first took part, and the months they were seen in again
-- grain:  one row per cohort and month
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: first_month, month, participant_count
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
moved_seen as (
    select distinct
        month,
        min(month) over (partition by participant_code) as first_month,
        participant_code
    from moved_participant_month
    semi join chosen using (community_code)
),
seen as (
    select first_month, month, participant_count
    from cohort_rollup
    semi join chosen using (community_code)
    union all
    select first_month, month, count(*) as participant_count
    from moved_seen
    group by first_month, month
)
select first_month, month, sum(participant_count)::bigint as participant_count
from seen
where month <= $end_month
group by first_month, month
order by first_month, month
