-- title:  Participation of the chosen communities, each month over the months up to it
-- grain:  one row per month, over the window of $window_months that ends with it
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- param:  $window_months INTEGER, length of the window that ends with each month
-- column: month, participant_count, resident_month_count, month_count, activity_count, attendance_count
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
windows as (
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
        month,
        sum(resident_count - (move_in_count - move_out_count) / 2)::double
            as resident_month_count,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from community_month
    semi join chosen using (community_code)
    group by month
),
rollup_by_month as (
    select month, previous_month, sum(participant_count)::bigint as participant_count
    from participant_rollup
    semi join chosen using (community_code)
    group by month, previous_month
),
unmoved_participants as (
    select w.month, sum(r.participant_count)::bigint as participant_count
    from windows as w
    join rollup_by_month as r
        on r.month between w.first_month and w.month and r.previous_month < w.first_month
    group by w.month
),
moved_month as (
    select distinct participant_code, month
    from moved_participant_month
    semi join chosen using (community_code)
),
moved_seen as (
    select
        month,
        coalesce(
            lag(month) over (partition by participant_code order by month), date '0001-01-01'
        ) as previous_month
    from moved_month
),
moved_by_month as (
    select month, previous_month, count(*) as participant_count
    from moved_seen
    group by month, previous_month
),
moved_participants as (
    select w.month, sum(r.participant_count)::bigint as participant_count
    from windows as w
    join moved_by_month as r
        on r.month between w.first_month and w.month and r.previous_month < w.first_month
    group by w.month
)
select
    w.month,
    coalesce(any_value(p.participant_count), 0) + coalesce(any_value(q.participant_count), 0)
        as participant_count,
    sum(s.resident_month_count) as resident_month_count,
    count(*) as month_count,
    sum(s.activity_count)::bigint as activity_count,
    sum(s.attendance_count)::bigint as attendance_count
from windows as w
join state as s on s.month between w.first_month and w.month
left join unmoved_participants as p on p.month = w.month
left join moved_participants as q on q.month = w.month
group by w.month
order by w.month
