-- title:  How unevenly attendances are spread over residents, by town, in the year up to the end month
-- grain:  one row per town
-- filters: end month, communities
-- column: town_code, participant_count, resident_month_count, month_count, resident_attendance_count, attendance_log_sum
with each_moved as (
    select
        c.town_code,
        any_value(m.participant_count) as participant_count,
        sum(m.attendance_count)::integer as attendances
    from moved_participant_month as m
    join chosen_communities as c on c.community_code = m.community_code
    where
        m.month between $end_month::date - to_months(11) and $end_month
        and $end_month::date - to_months(11) >= (select min(month) from community_month)
    group by c.town_code, m.participant_number
),
spread as (
    select c.town_code, r.attendances, r.participant_count
    from spread_rollup as r
    join chosen_communities as c on c.community_code = r.community_code
    where r.end_month = $end_month
    union all
    select town_code, attendances, participant_count
    from each_moved
),

summed as (
    select
        town_code,
        sum(participant_count)::bigint as participant_count,
        sum(attendances * participant_count)::bigint as resident_attendance_count,
        sum(participant_count * attendances * ln(attendances))::double as attendance_log_sum
    from spread
    group by town_code
)
select
    c.town_code,
    coalesce(any_value(s.participant_count), 0) as participant_count,
    sum(r.resident_month_count) as resident_month_count,
    count(distinct r.month) filter (r.resident_month_count is not null) as month_count,
    coalesce(any_value(s.resident_attendance_count), 0) as resident_attendance_count,
    coalesce(any_value(s.attendance_log_sum), 0) as attendance_log_sum
from community_flow as r
join chosen_communities as c on c.community_code = r.community_code
left join summed as s on s.town_code = c.town_code
where
    r.month between $end_month::date - to_months(11) and $end_month
    and $end_month::date - to_months(11) >= (select min(month) from community_month)
group by c.town_code
order by c.town_code
