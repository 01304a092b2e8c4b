-- title:  Every community there ever was, by name
-- grain:  one row per community
-- column: community_code, town_code, name_zh, name_en, aliases, origin, closed_on
select community_code, town_code, name_zh, name_en, aliases, origin, closed_on
from community
order by origin, community_code
