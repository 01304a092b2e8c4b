-- title:  The 14 towns
-- grain:  one row per town
-- column: town_code, name_zh, name_en, short_name_zh, short_name_en, aliases, town_kind, area_km2
select town_code, name_zh, name_en, short_name_zh, short_name_en, aliases, town_kind, area_km2
from town
order by town_code
