-- title:  Which months there are data for, and since when each community counts
-- grain:  recorded_month: one row per month; community_since: one row per community
-- Housing is what is reported month by month. Where nobody reports it, months are those in which
-- anything happened, all those since governance first changed within three years, and that of
-- loading. A day of governance that is the day of opening may have been filled in: no month is
-- made of it.
create table recorded_month as
with housed as (
    select distinct month from occupancy
),
changed as (
    select greatest(min(date_trunc('month', g.valid_from)), l.month - interval 35 month) as month
    from governance as g
    join community as c on c.community_code = g.community_code
    cross join loading as l
    where g.valid_from is distinct from c.opened_on and g.valid_from < l.month + interval 1 month
    group by l.month
),
others as (
    select month from loading
    union
    select unnest(generate_series(d.month, l.month, interval 1 month))
    from changed as d
    cross join loading as l
    union
    select date_trunc('month', held_on) from activity_day
    union
    select date_trunc('month', raised_on) from proposal
    union
    select month from monthly_record
)
select month::date as month from housed
union
select month::date from others where not exists (from housed);

-- One that opened on a day nobody knows counts from the first that is told of it, or all along.
create table community_since as
select
    c.community_code,
    coalesce(c.opened_on, least(g.day, o.day), date '0001-01-01') as since
from community as c
left join (
    select community_code, min(valid_from) as day from governance group by community_code
) as g on g.community_code = c.community_code
left join (
    select community_code, min(month) as day from occupancy group by community_code
) as o on o.community_code = c.community_code;
