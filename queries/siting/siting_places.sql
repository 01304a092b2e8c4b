-- title:  Where communities lie, who lives there, how they are governed, and which stations they have
-- grain:  one row per community
-- filters: end month, communities
-- column: community_code, name_zh, name_en, town_code, origin, lon, lat, coverage_type, has_service_station, has_social_work_station, resident_count
select
    n.community_code,
    n.name_zh,
    n.name_en,
    n.town_code,
    n.origin,
    n.lon,
    n.lat,
    s.coverage_type,
    s.has_service_station,
    s.has_social_work_station,
    s.resident_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
where s.month = $end_month
order by n.community_code
