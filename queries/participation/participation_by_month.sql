-- title:  Participation of the chosen communities, each month over the months up to it
-- grain:  one row per month, over the window of $window_months that ends with it
-- filters: months, communities
-- param:  $window_months INTEGER, length of the window that ends with each month
-- column: month, participant_count, repeat_participant_count, first_time_participant_count, resident_month_count, month_count, activity_count, attendance_count
with first_data as (
    select min(month) as month from community_month
),
windows as (
    select
        m.month,
        (m.month - to_months($window_months::integer - 1))::date as first_month,
        (m.month - to_months($window_months::integer + 11))::date as since
    from (select distinct month from community_month) as m
    -- A window that began before there were data is no whole window.
    where
        m.month between $start_month and $end_month
        and m.month - to_months($window_months::integer - 1) >= (select month from first_data)
),
state as (
    select
        month,
        sum(resident_month_count) as resident_month_count,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from community_flow
    join chosen_communities using (community_code)
    group by month
),
seen as (
    select month, previous_month, sum(participant_count)::bigint as participant_count
    from participant_rollup
    join chosen_communities using (community_code)
    group by month, previous_month
),
seen_again as (
    select
        month,
        previous_month,
        month_before_previous,
        sum(participant_count)::bigint as participant_count
    from repeat_rollup
    join chosen_communities using (community_code)
    -- What lies further apart is in no window together.
    where previous_month > month - to_months($window_months::integer)
    group by month, previous_month, month_before_previous
),
participants as (
    select
        w.month,
        sum(r.participant_count)::bigint as participant_count,
        coalesce(sum(r.participant_count) filter (r.previous_month < w.since), 0)::bigint
            as first_time_participant_count
    from windows as w
    join seen as r on r.month between w.first_month and w.month and r.previous_month < w.first_month
    group by w.month
),
repeat_participants as (
    select w.month, sum(r.participant_count)::bigint as repeat_participant_count
    from windows as w
    join seen_again as r
        on
            r.month between w.first_month and w.month
            and r.previous_month >= w.first_month
            and r.month_before_previous < w.first_month
    group by w.month
),
-- Those who moved, one by one: the months seen, and those seen twice, are the bits of a number.
moved_month as (
    select
        1::hugeint << datediff('month', (select month from first_data), month) as month_bit,
        participant_number,
        any_value(participant_count) as participant_count,
        sum(attendance_count) as attendance_count
    from moved_participant_month
    join chosen_communities using (community_code)
    where month >= (select month from first_data)
    group by participant_number, month
),
moved as (
    select
        bit_or(month_bit) as months,
        bit_or(if(attendance_count > 1, month_bit, 0)) as months_twice,
        any_value(participant_count) as participant_count
    from moved_month
    group by participant_number
),
window_bits as (
    select
        w.month,
        bit_or(1::hugeint << datediff('month', d.month, m.month))
            filter (m.month >= w.first_month) as inside,
        coalesce(
            bit_or(1::hugeint << datediff('month', d.month, m.month))
                filter (m.month < w.first_month),
            0
        ) as before
    from windows as w
    cross join first_data as d
    join (select distinct month from community_month) as m on m.month between w.since and w.month
    group by w.month
),
moved_participants as (
    select
        w.month,
        sum(m.participant_count) filter (m.months & w.inside != 0)::bigint as participant_count,
        sum(m.participant_count) filter (
            bit_count(m.months & w.inside) > 1 or m.months_twice & w.inside != 0
        )::bigint as repeat_participant_count,
        sum(m.participant_count) filter (m.months & w.inside != 0 and m.months & w.before = 0)::bigint
            as first_time_participant_count
    from window_bits as w
    cross join moved as m
    group by w.month
)
select
    w.month,
    coalesce(any_value(p.participant_count), 0) + coalesce(any_value(m.participant_count), 0)
        as participant_count,
    coalesce(any_value(q.repeat_participant_count), 0)
    + coalesce(any_value(m.repeat_participant_count), 0) as repeat_participant_count,
    -- First-timers are known only where there are data for the 12 months before.
    if(
        any_value(w.since) >= (select month from attended_since),
        coalesce(any_value(p.first_time_participant_count), 0)
        + coalesce(any_value(m.first_time_participant_count), 0),
        null
    ) as first_time_participant_count,
    sum(s.resident_month_count) as resident_month_count,
    count(s.resident_month_count) as month_count,
    sum(s.activity_count)::bigint as activity_count,
    sum(s.attendance_count)::bigint as attendance_count
from windows as w
join state as s on s.month between w.first_month and w.month
left join participants as p on p.month = w.month
left join repeat_participants as q on q.month = w.month
left join moved_participants as m on m.month = w.month
group by w.month
order by w.month
