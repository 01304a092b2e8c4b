-- title:  Participation over the chosen months
-- grain:  participation_by_town: one row per town
-- grain:  participation_by_community: one row per community
-- filters: months, communities
-- column: community_code, town_code, participant_count, repeat_participant_count, first_time_participant_count, resident_month_count, month_count, activity_count, attendance_count
with
-- First-timers are known only where there are data for the 12 months before.
before as (
    select
        ($start_month::date - to_months(12))::date as since,
        ($start_month::date - to_months(12)) >= (select month from attended_since) as is_known
),
happened as (
    select
        c.community_code,
        c.town_code,
        sum(s.resident_month_count) as resident_month_count,
        count(distinct s.month) filter (s.resident_month_count is not null) as month_count,
        sum(s.activity_count)::bigint as activity_count,
        sum(s.attendance_count)::bigint as attendance_count
    from community_flow as s
    join chosen_communities as c on c.community_code = s.community_code
    where s.month between $start_month and $end_month
    group by all
),
-- Add each distinct person once: those of one community from the roll-ups, those who moved
-- one by one.
unmoved as (
    select
        c.community_code,
        c.town_code,
        sum(r.participant_count)::bigint as unmoved_count,
        coalesce(sum(r.participant_count) filter (r.previous_month < b.since), 0)::bigint
            as unmoved_first_time_count
    from participant_rollup as r
    join chosen_communities as c on c.community_code = r.community_code
    cross join before as b
    where r.month between $start_month and $end_month and r.previous_month < $start_month
    group by all
),
unmoved_repeat as (
    select
        c.community_code,
        c.town_code,
        sum(r.participant_count)::bigint as unmoved_repeat_count
    from repeat_rollup as r
    join chosen_communities as c on c.community_code = r.community_code
    where
        r.month between $start_month and $end_month
        and r.previous_month >= $start_month
        and r.month_before_previous < $start_month
    group by all
),
each_moved as (
    select
        c.community_code,
        c.town_code,
        m.participant_number,
        any_value(m.participant_count) as participant_count,
        coalesce(sum(m.attendance_count) filter (m.month >= $start_month), 0) as attendances,
        bool_and(m.month >= $start_month) as is_first_time
    from moved_participant_month as m
    join chosen_communities as c on c.community_code = m.community_code
    cross join before as b
    where m.month between b.since and $end_month
    group by all
),
moved as (
    select
        community_code,
        town_code,
        sum(participant_count)::bigint as moved_count,
        sum(participant_count) filter (attendances > 1)::bigint as moved_repeat_count,
        sum(participant_count) filter (is_first_time)::bigint as moved_first_time_count
    from each_moved
    where attendances > 0
    group by all
)
select
    community_code,
    town_code,
    coalesce(unmoved_count, 0) + coalesce(moved_count, 0) as participant_count,
    coalesce(unmoved_repeat_count, 0) + coalesce(moved_repeat_count, 0) as repeat_participant_count,
    if(
        is_known,
        coalesce(unmoved_first_time_count, 0) + coalesce(moved_first_time_count, 0),
        null
    ) as first_time_participant_count,
    resident_month_count,
    month_count,
    activity_count,
    attendance_count
from happened
cross join before
-- Places are all that they share.
natural left join unmoved
natural left join unmoved_repeat
natural left join moved
order by all
