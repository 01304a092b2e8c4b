-- title:  Youth needs in the chosen months: what is asked for in proposals and what activities answer
-- grain:  one row per need
-- filters: months, communities
-- column: need, proposal_count, activity_count, attendance_count
with demand as (
    select need, count(*) as proposal_count
    from proposal_state
    join chosen_communities using (community_code)
    where month between $start_month and $end_month and need is not null
    group by need
),
supply as (
    select
        need,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from service_month
    join chosen_communities using (community_code)
    where month between $start_month and $end_month and need is not null
    group by need
)
select
    need,
    coalesce(d.proposal_count, 0) as proposal_count,
    coalesce(s.activity_count, 0) as activity_count,
    coalesce(s.attendance_count, 0) as attendance_count
from demand as d
full join supply as s using (need)
order by need
