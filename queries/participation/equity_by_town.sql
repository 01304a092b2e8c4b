-- title:  How unevenly attendances are spread over residents, by town, in the year up to the end month
-- grain:  one row per town
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: town_code, participant_count, resident_month_count, month_count, resident_attendance_count, attendance_log_sum
with chosen as (
    select c.community_code, c.town_code
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
each_moved as (
    select c.town_code, sum(m.attendance_count)::integer as attendances
    from moved_participant_month as m
    join chosen as c on c.community_code = m.community_code
    where
        m.month between $end_month::date - to_months(11) and $end_month
        and $end_month::date - to_months(11) >= (select min(month) from community_month)
    group by c.town_code, m.participant_code
),
spread as (
    select c.town_code, r.attendances, r.participant_count
    from spread_rollup as r
    join chosen as c on c.community_code = r.community_code
    where r.end_month = $end_month
    union all
    select town_code, attendances, 1 as participant_count
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
join chosen as c on c.community_code = r.community_code
left join summed as s on s.town_code = c.town_code
where
    r.month between $end_month::date - to_months(11) and $end_month
    and $end_month::date - to_months(11) >= (select min(month) from community_month)
group by c.town_code
order by c.town_code
