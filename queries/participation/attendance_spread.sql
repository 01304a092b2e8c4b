-- title:  How unevenly attendances are spread over the participants of the year up to the end month
-- grain:  one row per number of attendances, over steps of at least ten participants
-- filters: end month, communities
-- column: least_attendances, participant_count, resident_attendance_count, lorenz_sum
with each_moved as (
    select sum(m.attendance_count)::integer as attendances
    from moved_participant_month as m
    join chosen_communities as c on c.community_code = m.community_code
    where
        m.month between $end_month::date - to_months(11) and $end_month
        and $end_month::date - to_months(11) >= (select min(month) from community_month)
    group by m.participant_number
),
spread as (
    select r.attendances, r.participant_count
    from spread_rollup as r
    join chosen_communities as c on c.community_code = r.community_code
    where r.end_month = $end_month
    union all
    select attendances, 1 as participant_count
    from each_moved
),

summed as (
    select attendances, sum(participant_count)::bigint as participant_count
    from spread
    group by attendances
),
-- lorenz_sum: over persons from the least to the most active, attendances of all before plus all
-- up to and with each; the area under the Lorenz curve is half of it by residents and attendances.
cumulated as (
    select
        attendances,
        participant_count,
        participant_count * (
            2 * sum(attendances * participant_count) over (order by attendances)
            - attendances * participant_count
        ) as lorenz_sum,
        coalesce(sum(participant_count) over (
            order by attendances rows between unbounded preceding and 1 preceding
        ), 0) as fewer_count,
        -- About forty steps, none of few persons.
        greatest(20, ceil(sum(participant_count) over () / 40)) as step_width
    from summed
),
steps as (
    select
        *,
        floor(fewer_count / step_width) as step,
        sum(participant_count) over (partition by floor(fewer_count / step_width)) as step_count
    from cumulated
),
merged as (
    select
        *,
        -- What is left with fewer than ten joins the step below it.
        coalesce(max(if(step_count >= 10, step, null)) over (order by step), 0) as own_step
    from steps
)
select
    min(attendances)::bigint as least_attendances,
    sum(participant_count)::bigint as participant_count,
    sum(attendances * participant_count)::bigint as resident_attendance_count,
    sum(lorenz_sum)::double as lorenz_sum
from merged
group by own_step
order by least_attendances
