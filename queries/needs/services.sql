-- title:  Activities of the chosen months by domain and aspect of service
-- grain:  one row per domain and aspect
-- filters: months, communities
-- column: domain, aspect, activity_count, attendance_count, served_community_count
select
    x.domain,
    x.aspect,
    sum(x.activity_count)::bigint as activity_count,
    sum(x.attendance_count)::bigint as attendance_count,
    count(distinct x.community_code) as served_community_count
from service_month as x
join chosen_communities as c on c.community_code = x.community_code
where x.month between $start_month and $end_month
    and x.domain is not null
    and x.aspect is not null
group by x.domain, x.aspect
order by x.domain, x.aspect
