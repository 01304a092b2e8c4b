-- title:  Macro: the communities that a set of filters chooses
-- grain:  one row per community
-- Every query uses it, so that a filter means the same everywhere. An empty list and a null
-- mean all. Coverage type, mode and tier are read at the end month, so that a trend follows the
-- same communities back in time: who has closed by then has none. A Home is one all along.
create macro chosen_communities(
    at_month, towns, communities, coverages, mode_codes, tier_codes, home
) as table
select c.community_code, c.town_code
from community as c
left join community_month as s on s.community_code = c.community_code and s.month = at_month
where
    (len(towns) = 0 or list_contains(towns, c.town_code))
    and (len(communities) = 0 or list_contains(communities, c.community_code))
    and (len(coverages) = 0 or list_contains(coverages, s.coverage_type))
    and (
        len(mode_codes) = 0
        or list_contains(mode_codes, coalesce(s.mode, 'none')) and s.coverage_type = 'committee'
    )
    and (len(tier_codes) = 0 or list_has_any(s.tiers, tier_codes))
    and (home is null or c.is_home = home);
