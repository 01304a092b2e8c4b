-- title:  Roll-ups: participation, exact for any months and any communities
-- grain:  participant_rollup: one row per community, month and month seen before;
--         repeat_rollup: one row per community and the months of three attendances in a row;
--         category_rollup: as participant_rollup, by category of activity;
--         cohort_rollup: one row per community, first month seen and month;
--         spread_rollup: one row per community, end month and attendances in the year up to it;
--         moved_participant_month: one row per moved participant, community and month
-- cluster: reads attendances and activities alone, so that it can be made where those are
-- A person who was a resident participant of one community only is counted at the first month
-- seen inside a window: its row there is the one whose previous month lies before the window.
-- Who came twice is counted at the second attendance inside a window: the one before it lies
-- inside, the one before that does not. Such persons add up over communities. The few seen in
-- several are kept one by one.
-- Beside each count of persons stands the sum of their keys, modulo 65536: the schema keyed has the
-- same tables with it in the count's place, so that a query asked there adds up keys as it does
-- persons. The key of one is a pseudonym: no query names these columns.
create temporary table moved_participant as
select participant_code
from participant_month
group by participant_code
having count(distinct community_code) > 1;

-- They are numbered by what they did: whoever did the same may bear the one number or the other.
create temporary table moved_participant_number as
select participant_code, row_number() over (order by seen) as participant_number
from (
    select
        participant_code,
        list_sort(list((month, community_code, attendance_count, categories))) as seen
    from participant_month
    semi join moved_participant using (participant_code)
    group by participant_code
);

create table moved_participant_month as
select
    n.participant_number,
    p.participant_key,
    1 as participant_count,
    p.community_code,
    p.month,
    p.attendance_count,
    p.categories
from participant_month as p
join moved_participant_number as n on n.participant_code = p.participant_code
order by month, community_code, participant_number;

create temporary table unmoved_participant_month as
select *
from participant_month
anti join moved_participant using (participant_code);

create temporary table unmoved_seen as
select
    participant_key,
    community_code,
    month,
    attendance_count,
    lag(month, 1, date '0001-01-01') over by_month as previous_month,
    lag(attendance_count) over by_month as previous_attendance_count,
    lag(month, 2, date '0001-01-01') over by_month as month_before_previous,
    min(month) over (partition by participant_code) as first_month
from unmoved_participant_month
window by_month as (partition by participant_code order by month);

create table participant_rollup as
select
    community_code,
    month,
    previous_month,
    count(*) as participant_count,
    (sum(participant_key) % 65536)::integer as participant_key
from unmoved_seen
group by all
order by month, community_code;

create table cohort_rollup as
select
    community_code,
    first_month,
    month,
    count(*) as participant_count,
    (sum(participant_key) % 65536)::integer as participant_key
from unmoved_seen
group by all
order by month, community_code;

-- The second attendance inside a window lies in a month seen twice, or follows a month seen once.
create table repeat_rollup as
select
    community_code,
    month,
    previous_month,
    month_before_previous,
    count(*) as participant_count,
    (sum(participant_key) % 65536)::integer as participant_key
from (
    select
        participant_key,
        community_code,
        month,
        month as previous_month,
        previous_month as month_before_previous
    from unmoved_seen
    where attendance_count > 1
    union all
    select participant_key, community_code, month, previous_month, month_before_previous
    from unmoved_seen
    where previous_attendance_count = 1
)
group by all
order by month, community_code;

-- The months in which a person was seen are the bits of two numbers: there are far fewer such
-- pairs than persons. The bits come along from the activity: DuckDB 2.0 fails on some data where
-- months are joined here, between the persons and their categories.
create table category_rollup as
with each_participant as (
    select
        k.category_number,
        p.community_code,
        bit_or(p.early_bit) as early_bits,
        bit_or(p.late_bit) as late_bits,
        max(p.participant_key) as participant_key
    from unmoved_participant_month as p
    join activity_category as k on p.categories & (1::bigint << k.category_number) != 0
    group by k.category_number, p.community_code, p.participant_code
),
alike as (
    select
        category_number,
        community_code,
        early_bits,
        late_bits,
        count(*) as participant_count,
        sum(participant_key) as participant_key
    from each_participant
    group by all
),
pattern as (
    select
        a.early_bits,
        a.late_bits,
        b.month,
        lag(b.month, 1, date '0001-01-01') over (
            partition by a.early_bits, a.late_bits order by b.month
        ) as previous_month
    from (select distinct early_bits, late_bits from alike) as a
    join month_bit as b on (a.early_bits & b.early_bit) + (a.late_bits & b.late_bit) != 0
)
select
    a.category_number,
    a.community_code,
    p.month,
    p.previous_month,
    sum(a.participant_count)::integer as participant_count,
    (sum(a.participant_key) % 65536)::integer as participant_key
from alike as a
join pattern as p on p.early_bits = a.early_bits and p.late_bits = a.late_bits
group by all
order by month, category_number, community_code;

-- End months lie up to eleven after the last in which anybody was seen.
create table spread_rollup as
with each_participant as (
    select
        (p.month + interval 1 month * l.month_count)::date as end_month,
        p.community_code,
        sum(p.attendance_count)::integer as attendances,
        max(p.participant_key) as participant_key
    from unmoved_participant_month as p
    cross join (
        values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)
    ) as l (month_count)
    group by end_month, p.community_code, p.participant_code
)
select
    end_month,
    community_code,
    attendances,
    count(*) as participant_count,
    (sum(participant_key) % 65536)::integer as participant_key
from each_participant
group by all
order by end_month, community_code, attendances;

drop table held;
drop table month_bit;
drop table participant_month;
drop table moved_participant;
drop table moved_participant_number;
drop table unmoved_participant_month;
drop table unmoved_seen;
