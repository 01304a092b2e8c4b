-- title:  Party branches and stations of each community
-- grain:  one row per organisation
-- filters: end month, communities
-- column: organisation_code, community_code, town_code, organisation_kind, valid_from, valid_to, floor_area_m2, origin
-- What ended after the end month had not ended then.
select
    g.organisation_code,
    g.community_code,
    c.town_code,
    g.organisation_kind,
    g.valid_from,
    case when g.valid_to <= last_day($end_month::date) then g.valid_to end as valid_to,
    g.floor_area_m2,
    g.origin
from organisation as g
join chosen_communities as c on c.community_code = g.community_code
where g.valid_from <= last_day($end_month::date)
order by g.organisation_code
