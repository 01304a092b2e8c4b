-- title:  Residents by the month in which they first took part, and the months they were seen in again
-- grain:  one row per cohort and month
-- filters: end month, communities
-- column: first_month, month, participant_count
with
-- Those who moved, one by one: the months seen are the bits of a number.
first_data as (
    select min(month) as month from moved_participant_month
),
moved as (
    select
        min(m.month) as first_month,
        bit_or(1::hugeint << datediff('month', d.month, m.month)) as months,
        any_value(m.participant_count) as participant_count
    from moved_participant_month as m
    join chosen_communities using (community_code)
    cross join first_data as d
    group by m.participant_number
),
moved_alike as (
    select first_month, months, sum(participant_count)::bigint as participant_count
    from moved
    group by first_month, months
),
seen as (
    select first_month, month, participant_count
    from cohort_rollup
    join chosen_communities using (community_code)
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
