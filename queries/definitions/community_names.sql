-- title:  Every community there ever was, by name
-- grain:  one row per community
-- names:  real projects of a sample too, to be found by: nothing is counted
-- column: community_code, town_code, name_zh, name_en, aliases, origin, closed_on
select community_code, town_code, name_zh, name_en, aliases, origin, closed_on
from community
order by origin, community_code
