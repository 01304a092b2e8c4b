-- title:  Roll-ups: what happened in each community in each month, and the housing of open ones
-- grain:  community_flow: one row per community and month in which it was open on any day, or
--         anything happened; open_occupancy: one row per open community, month and tier
-- again:  what is protected rests on rounded counts
-- What happened counts in its month, the month of closing too; what stands at a month's end is
-- counted in community_month.
create table community_flow as
with months as (
    select distinct month, last_day(month) as month_end from community_month
),
activities as (
    select
        community_code,
        date_trunc('month', held_on)::date as month,
        sum(activity_count)::bigint as activity_count,
        sum(attendance_count)::bigint as attendance_count
    from activity_day
    group by all
),
raised as (
    select community_code, month, count(*) as proposal_count
    from proposal_state
    group by community_code, month
),
settled as (
    select
        community_code,
        date_trunc('month', settled_on)::date as month,
        count(*) as settled_count
    from proposal_state
    where is_settled
    group by all
),
housing as (
    select
        community_code,
        month,
        -- Missing where they are of a tier and nobody told the whole.
        if(
            bool_or(tier = 'unstated' and move_in_count is not null)
            or bool_and(tier = 'unstated' or move_in_count is not null),
            sum(move_in_count),
            null
        )::bigint as move_in_count,
        if(
            bool_or(tier = 'unstated' and move_out_count is not null)
            or bool_and(tier = 'unstated' or move_out_count is not null),
            sum(move_out_count),
            null
        )::bigint as move_out_count,
        sum(resident_count) as resident_count
    from occupancy
    group by community_code, month
),
lived as (
    select
        community_code,
        month,
        -- Moves are divided by residents: where these were not reported they don't count.
        if(resident_count is null, null, move_in_count) as move_in_count,
        if(resident_count is null, null, move_out_count) as move_out_count,
        -- The mean of the residents at the month's start and at its end; where moves were not
        -- reported, they began as the month before ended, else as this one did.
        (
            resident_count - coalesce(
                move_in_count - move_out_count,
                if(
                    lag(month) over by_month = month - interval 1 month,
                    resident_count - lag(resident_count) over by_month,
                    null
                ),
                0
            ) / 2
        )::double as resident_month_count
    from housing
    window by_month as (partition by community_code order by month)
),
there as (
    select c.community_code, m.month
    from community as c
    join community_since as b on b.community_code = c.community_code
    join months as m
        on b.since <= m.month_end and (c.closed_on is null or c.closed_on > m.month)
    union
    select community_code, month from activities
    union
    select community_code, month from raised
    union
    select community_code, month from settled
    union
    select community_code, month from lived
)
select
    t.community_code,
    c.town_code,
    t.month,
    h.move_in_count,
    h.move_out_count,
    h.resident_month_count,
    coalesce(a.activity_count, 0) as activity_count,
    coalesce(a.attendance_count, 0) as attendance_count,
    coalesce(r.proposal_count, 0) as proposal_count,
    coalesce(s.settled_count, 0) as settled_count
from there as t
join community as c on c.community_code = t.community_code
join months as m on m.month = t.month
left join activities as a on a.community_code = t.community_code and a.month = t.month
left join raised as r on r.community_code = t.community_code and r.month = t.month
left join settled as s on s.community_code = t.community_code and s.month = t.month
left join lived as h on h.community_code = t.community_code and h.month = t.month
order by t.month, t.community_code;

-- A community's housing is that of a month's end: of one closed by then it counts no more. What is
-- of no stated tier has no unit of its own, and stands in no tier. What is let says nothing without
-- what is available, nor that without what is let.
create table open_occupancy as
select
    o.* replace (
        if(o.let_count is null, null, o.available_count) as available_count,
        if(o.available_count is null, null, o.let_count) as let_count
    )
from occupancy as o
semi join community_month as s on s.community_code = o.community_code and s.month = o.month
where o.tier <> 'unstated'
order by o.month, o.community_code;
