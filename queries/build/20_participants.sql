-- title:  Roll-up: distinct resident participants, exact for any months and any communities
-- grain:  participant_rollup: one row per community, month and month seen before;
--         moved_participant_month: one row per moved participant, community and month
-- A person who was a resident participant of one community only is counted at the first month
-- seen inside a window: its row there is the one whose previous month lies before the window.
-- Such persons add up over communities. The few seen in several are kept one by one.
create temporary table participant_month as
select
    t.participant_code,
    x.community_code,
    date_trunc('month', x.held_on)::date as month
from attendance as t
join activity as x on x.activity_code = t.activity_code
where t.is_resident
group by all;

create temporary table moved_participant as
select participant_code
from participant_month
group by participant_code
having count(distinct community_code) > 1;

create table moved_participant_month as
select participant_code, community_code, month
from participant_month
semi join moved_participant using (participant_code)
order by month, community_code;

create table participant_rollup as
with seen as (
    select
        community_code,
        month,
        lag(month) over (partition by participant_code order by month) as previous_month
    from participant_month
    anti join moved_participant using (participant_code)
)
select
    community_code,
    month,
    coalesce(previous_month, date '0001-01-01') as previous_month,
    count(*) as participant_count
from seen
group by all
order by month, community_code;

drop table participant_month;
drop table moved_participant;
