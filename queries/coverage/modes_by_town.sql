-- title:  Governance modes by town at the end month
-- grain:  one row per town, coverage type and mode
-- filters: end month, communities
-- column: town_code, coverage_type, mode, community_count, resident_count
-- Under a committee none is unclassified; under a grid there is no mode to have. One
-- whose governance is not known is in neither.
select
    s.town_code,
    s.coverage_type,
    if(s.coverage_type = 'committee', coalesce(s.mode, 'none'), 'grid') as mode,
    count(*) as community_count,
    sum(s.resident_count)::bigint as resident_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month = $end_month and s.coverage_type is not null
group by all
order by all
