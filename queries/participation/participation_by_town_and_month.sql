-- title:  Participation by town, each month over the months up to it
-- grain:  one row per town and month, over the window of $window_months that ends with it
-- filters: months, communities
-- param:  $window_months INTEGER, length of the window that ends with each month
-- column: town_code, month, participant_count, resident_month_count, month_count, activity_count, attendance_count
with windows as (
    select
        month,
        (month - to_months($window_months::integer - 1))::date as first_month
    from (select distinct month from community_month)
    -- A window that began before there were data is no whole window.
    where
        month between $start_month and $end_month
        and month - to_months($window_months::integer - 1)
        >= (select min(month) from community_month)
),
state as (
    select
        town_code,
        month,
        sum(resident_month_count) as resident_month_count,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from community_flow
    semi join chosen_communities using (community_code)
    group by town_code, month
),
rollup_by_month as (
    select
        c.town_code,
        r.month,
        r.previous_month,
        sum(r.participant_count)::bigint as participant_count
    from participant_rollup as r
    join chosen_communities as c on c.community_code = r.community_code
    group by c.town_code, r.month, r.previous_month
),
unmoved_participants as (
    select r.town_code, w.month, sum(r.participant_count)::bigint as participant_count
    from windows as w
    join rollup_by_month as r
        on r.month between w.first_month and w.month and r.previous_month < w.first_month
    group by r.town_code, w.month
),
-- Who moved within a town is one person there; who moved between towns is one in each.
moved_month as (
    select distinct c.town_code, m.participant_number, m.participant_count, m.month
    from moved_participant_month as m
    join chosen_communities as c on c.community_code = m.community_code
),
moved_seen as (
    select
        town_code,
        month,
        participant_count,
        coalesce(
            lag(month) over (partition by town_code, participant_number order by month),
            date '0001-01-01'
        ) as previous_month
    from moved_month
),
moved_by_month as (
    select town_code, month, previous_month, sum(participant_count)::bigint as participant_count
    from moved_seen
    group by town_code, month, previous_month
),
moved_participants as (
    select r.town_code, w.month, sum(r.participant_count)::bigint as participant_count
    from windows as w
    join moved_by_month as r
        on r.month between w.first_month and w.month and r.previous_month < w.first_month
    group by r.town_code, w.month
)
select
    s.town_code,
    w.month,
    coalesce(any_value(p.participant_count), 0) + coalesce(any_value(q.participant_count), 0)
        as participant_count,
    sum(s.resident_month_count) as resident_month_count,
    count(s.resident_month_count) as month_count,
    sum(s.activity_count)::bigint as activity_count,
    sum(s.attendance_count)::bigint as attendance_count
from windows as w
join state as s on s.month between w.first_month and w.month
left join unmoved_participants as p on p.town_code = s.town_code and p.month = w.month
left join moved_participants as q on q.town_code = s.town_code and q.month = w.month
group by s.town_code, w.month
order by s.town_code, w.month
