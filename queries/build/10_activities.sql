-- title:  Roll-ups: activities and attendances
-- grain:  activity_category: one row per breakdown and category;
--         category_month: one row per category, community and month;
--         activity_day: one row per community and day
-- cluster: reads attendances and activities alone, so that it can be made where those are
-- again:  what is protected rests on rounded attendances
create table activity_category as
select
    (row_number() over (order by breakdown, category) - 1)::integer as category_number,
    breakdown,
    category
from (
    select 'kind' as breakdown, activity_kind as category from activity
    union
    select 'domain' as breakdown, domain as category from activity
    union
    select 'aspect' as breakdown, aspect as category from activity
    union
    select 'setting' as breakdown, if(is_online, 'online', 'offline') as category from activity
    union
    select 'programme' as breakdown, coalesce(programme, 'none') as category from activity
)
where category is not null;

-- Each month is a bit of one of two numbers.
create or replace temporary table month_bit as
select
    month,
    if(month_number < 63, 1::bigint << month_number, 0) as early_bit,
    if(month_number >= 63, 1::bigint << (month_number - 63), 0) as late_bit
from (
    select month, (row_number() over (order by month) - 1)::integer as month_number
    from (select distinct date_trunc('month', held_on)::date as month from activity)
);

create or replace temporary table held as
with number_of as (
    select map_from_entries(list((breakdown || ':' || category, 1::bigint << category_number)))
        as bits
    from activity_category
)
select
    x.activity_code,
    x.community_code,
    x.held_on,
    date_trunc('month', x.held_on)::date as month,
    b.early_bit,
    b.late_bit,
    coalesce(n.bits['kind:' || x.activity_kind], 0)
    | coalesce(n.bits['domain:' || x.domain], 0)
    | coalesce(n.bits['aspect:' || x.aspect], 0)
    | coalesce(n.bits['setting:' || if(x.is_online, 'online', 'offline')], 0)
    | coalesce(n.bits['programme:' || coalesce(x.programme, 'none')], 0)
        as categories,
    coalesce(t.attendance_count, 0) as attendance_count
from activity as x
join month_bit as b on b.month = date_trunc('month', x.held_on)::date
cross join number_of as n
left join activity_attended as t on t.activity_code = x.activity_code;

create table activity_day as
select
    community_code,
    held_on,
    count(*)::integer as activity_count,
    sum(attendance_count)::integer as attendance_count
from held
group by all
order by held_on, community_code;

create table category_month as
select
    k.category_number,
    h.community_code,
    h.month,
    count(*)::integer as activity_count,
    sum(h.attendance_count)::integer as attendance_count
from held as h
join activity_category as k on h.categories & (1::bigint << k.category_number) != 0
group by all
order by month, category_number, community_code;
