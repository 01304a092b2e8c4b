-- title:  Governance modes by month
-- grain:  one row per month, coverage type and mode
-- filters: months, communities
-- column: month, coverage_type, mode, community_count, resident_count
-- Under a committee none is unclassified; under a grid there is no mode to have. One
-- whose governance is not known is in neither.
select
    s.month,
    s.coverage_type,
    if(s.coverage_type = 'committee', coalesce(s.mode, 'none'), 'grid') as mode,
    count(*) as community_count,
    sum(s.resident_count)::bigint as resident_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month and s.coverage_type is not null
group by all
order by all
