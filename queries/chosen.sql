-- title:  Frame: the communities that a set of filters chooses
-- grain:  one row per community
select c.community_code
from chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c
