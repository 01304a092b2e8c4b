-- title:  What communities counted month by month: members, certificates, courses, jobs, cases
-- grain:  one row per record kind and month
-- filters: months, communities
-- column: record_kind, month, record_count, record_community_count
select
    r.record_kind,
    r.month,
    sum(r.record_count)::bigint as record_count,
    count(*) as record_community_count
from monthly_record as r
join chosen_communities as c on c.community_code = r.community_code
where r.month between $start_month and $end_month
group by all
order by all
