-- title:  How each community has been governed, span by span
-- grain:  one row per community and first day
-- filters: end month, communities
-- column: community_code, town_code, valid_from, valid_to, coverage_type, mode, leading_organisation, origin
select
    g.community_code,
    c.town_code,
    g.valid_from,
    g.valid_to,
    g.coverage_type,
    g.mode,
    g.leading_organisation,
    g.origin
from governance as g
join chosen_communities as c on c.community_code = g.community_code
where g.valid_from <= last_day($end_month::date)
order by g.community_code, g.valid_from
