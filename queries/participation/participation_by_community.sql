-- title:  Participation by community over the chosen months
-- grain:  one row per community
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: community_code, town_code, participant_count, resident_month_count, month_count, activity_count, attendance_count
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
-- Those who moved are not in the roll-up: each is counted once in every community seen.
unmoved_participants as (
    select c.community_code, sum(r.participant_count)::bigint as participant_count
    from participant_rollup as r
    join chosen as c on c.community_code = r.community_code
    where r.month between $start_month and $end_month and r.previous_month < $start_month
    group by c.community_code
),
moved_participants as (
    select c.community_code, count(distinct m.participant_code) as participant_count
    from moved_participant_month as m
    join chosen as c on c.community_code = m.community_code
    where m.month between $start_month and $end_month
    group by c.community_code
)
select
    s.community_code,
    any_value(s.town_code) as town_code,
    coalesce(any_value(p.participant_count), 0) + coalesce(any_value(q.participant_count), 0)
        as participant_count,
    sum(s.resident_count - (s.move_in_count - s.move_out_count) / 2)::double
        as resident_month_count,
    count(distinct s.month) as month_count,
    sum(s.activity_count)::bigint as activity_count,
    sum(s.attendance_count)::bigint as attendance_count
from community_month as s
join chosen as c on c.community_code = s.community_code
left join unmoved_participants as p on p.community_code = s.community_code
left join moved_participants as q on q.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.community_code
order by s.community_code
