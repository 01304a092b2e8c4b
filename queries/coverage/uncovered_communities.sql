-- title:  Communities outside committee governance, with the towns whose committees are nearest
-- grain:  one row per community
-- filters: end month, communities
-- column: community_code, name_zh, name_en, town_code, origin, resident_count, dwelling_count, leading_organisation, has_own_branch, has_service_station, has_social_work_station, is_effective, town_committee_count, neighbour_town_code, neighbour_distance_m, neighbour_committee_count
with committees as (
    select town_code, count(*) as committee_count from committee group by town_code
)
select
    s.community_code,
    n.name_zh,
    n.name_en,
    s.town_code,
    n.origin,
    s.resident_count,
    s.dwelling_count,
    s.leading_organisation,
    s.has_own_branch,
    s.has_service_station,
    s.has_social_work_station,
    s.is_effective,
    own.committee_count as town_committee_count,
    p.neighbour_town_code,
    p.neighbour_distance_m,
    near.committee_count as neighbour_committee_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
left join community_place as p on p.community_code = s.community_code
left join committees as own on own.town_code = s.town_code
left join committees as near on near.town_code = p.neighbour_town_code
where s.month = $end_month and s.coverage_type = 'grid'
order by s.resident_count desc, s.community_code
