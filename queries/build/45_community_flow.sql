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
        x.community_code,
        date_trunc('month', x.held_on)::date as month,
        count(*) as activity_count,
        coalesce(sum(t.attendance_count), 0)::bigint as attendance_count
    from activity as x
    left join activity_attended as t on t.activity_code = x.activity_code
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
        sum(move_in_count)::bigint as move_in_count,
        sum(move_out_count)::bigint as move_out_count,
        -- The mean of the residents at the month's start and at its end.
        (sum(resident_count) - (sum(move_in_count) - sum(move_out_count)) / 2)::double
            as resident_month_count
    from occupancy
    group by community_code, month
),
there as (
    select c.community_code, m.month
    from community as c
    join months as m
        on c.opened_on <= m.month_end and (c.closed_on is null or c.closed_on > m.month)
    union
    select community_code, month from activities
    union
    select community_code, month from raised
    union
    select community_code, month from settled
    union
    select community_code, month from housing
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
left join housing as h on h.community_code = t.community_code and h.month = t.month
order by t.month, t.community_code;

-- A community's housing is that of a month's end: of one closed by then it counts no more.
create table open_occupancy as
select o.*
from occupancy as o
semi join community_month as s on s.community_code = o.community_code and s.month = o.month
order by o.month, o.community_code;
