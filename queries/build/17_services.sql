-- title:  Roll-up: services month by month
-- grain:  one row per community, month, domain, aspect and need
-- cluster: reads attendances and activities alone, so that it can be made where those are
-- again:  what is protected rests on rounded attendances
create table service_month as
select
    x.community_code,
    date_trunc('month', x.held_on)::date as month,
    x.domain,
    x.aspect,
    x.need,
    count(*) as activity_count,
    coalesce(sum(t.attendance_count), 0)::bigint as attendance_count
from activity as x
left join activity_attended as t on t.activity_code = x.activity_code
group by all
order by month, community_code;
