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
-- Those who moved, one by one: the months seen are the bits of a number.
first_data as (
    select min(month) as month from moved_participant_month
),
moved as (
    select
        min(m.month) as first_month,
        bit_or(1::hugeint << datediff('month', d.month, m.month)) as months
    from moved_participant_month as m
    join chosen using (community_code)
    cross join first_data as d
    group by m.participant_code
),
moved_alike as (
    select first_month, months, count(*) as participant_count
    from moved
    group by first_month, months
),
seen as (
    select first_month, month, participant_count
    from cohort_rollup
    join chosen using (community_code)
    union all
    select a.first_month, m.month, a.participant_count
    from moved_alike as a
    cross join first_data as d
    join (select distinct month from moved_participant_month) as m
        on a.months & (1::hugeint << datediff('month', d.month, m.month)) != 0
)
select first_month, month, sum(participant_count)::bigint as participant_count
from seen
where month <= $end_month
group by first_month, month
order by first_month, month
