-- title:  Participation by category of activity over the chosen months
-- grain:  one row per breakdown and category
-- filters: months, communities
-- column: breakdown, category, participant_count, resident_month_count, month_count, activity_count, attendance_count
with residents as (
    select
        sum(resident_month_count) as resident_month_count,
        count(distinct month) filter (resident_month_count is not null) as month_count
    from community_flow
    join chosen_communities using (community_code)
    where month between $start_month and $end_month
),
activities as (
    select
        category_number,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from category_month
    join chosen_communities using (community_code)
    where month between $start_month and $end_month
    group by category_number
),
unmoved as (
    select category_number, sum(participant_count)::bigint as participant_count
    from category_rollup
    join chosen_communities using (community_code)
    where month between $start_month and $end_month and previous_month < $start_month
    group by category_number
),
each_moved as (
    select bit_or(categories) as categories, any_value(participant_count) as participant_count
    from moved_participant_month
    join chosen_communities using (community_code)
    where month between $start_month and $end_month
    group by participant_number
),
moved as (
    select k.category_number, sum(m.participant_count)::bigint as participant_count
    from each_moved as m
    join activity_category as k on m.categories & (1::bigint << k.category_number) != 0
    group by k.category_number
)
select
    k.breakdown,
    k.category,
    coalesce(u.participant_count, 0) + coalesce(m.participant_count, 0) as participant_count,
    r.resident_month_count,
    r.month_count,
    a.activity_count,
    a.attendance_count
from activities as a
join activity_category as k on k.category_number = a.category_number
cross join residents as r
left join unmoved as u on u.category_number = a.category_number
left join moved as m on m.category_number = a.category_number
order by k.breakdown, k.category
