-- title:  How each community has been governed, span by span
-- grain:  one row per community and first day
-- filters: end month, communities
-- column: community_code, town_code, valid_from, valid_to, coverage_type, mode, leading_organisation, origin
-- What ended after the end month had not ended then.
select
    g.community_code,
    c.town_code,
    g.valid_from,
    case when g.valid_to <= last_day($end_month::date) then g.valid_to end as valid_to,
    g.coverage_type,
    g.mode,
    g.leading_organisation,
    g.origin
from governance as g
join chosen_communities as c on c.community_code = g.community_code
where g.valid_from <= last_day($end_month::date)
order by g.community_code, g.valid_from
