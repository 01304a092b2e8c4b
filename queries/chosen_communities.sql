-- title:  The communities that a set of filters chooses
-- grain:  one row per community
-- filters: end month, communities
-- column: community_code, town_code
-- The same in every query: an empty list and a null mean all. Coverage type, mode and tier are
-- read at the end month, so that a trend follows the same communities back in time: who has closed
-- by then has none. A Home is one all along.
select c.community_code, c.town_code
from community as c
left join community_month as s
    on s.community_code = c.community_code and s.month = $end_month::date
where
    (len($town_codes::varchar[]) = 0 or list_contains($town_codes::varchar[], c.town_code))
    and (
        len($community_codes::varchar[]) = 0
        or list_contains($community_codes::varchar[], c.community_code)
    )
    and (
        len($coverage_types::varchar[]) = 0
        or list_contains($coverage_types::varchar[], s.coverage_type)
    )
    and (
        len($modes::varchar[]) = 0
        or list_contains($modes::varchar[], coalesce(s.mode, 'none'))
        and s.coverage_type = 'committee'
    )
    and (len($tiers::varchar[]) = 0 or list_has_any(s.tiers, $tiers::varchar[]))
    and ($is_home::boolean is null or c.is_home = $is_home::boolean)
