-- title:  Activities and attendances by day
-- grain:  one row per day
-- filters: months, communities
-- column: held_on, activity_count, attendance_count
with days as (
    select held_on, activity_count, attendance_count
    from activity_day
    join chosen_communities using (community_code)
    where held_on between $start_month and last_day($end_month::date)
)
select
    held_on,
    sum(activity_count)::bigint as activity_count,
    sum(attendance_count)::bigint as attendance_count
from days
group by held_on
order by held_on
