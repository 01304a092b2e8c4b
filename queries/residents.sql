-- title:  Frame: residents of every community by month; never answered, as it hides nothing
-- grain:  one row per community and month
-- What is hidden of it tells which resident-months and moves other answers must hide.
select
    s.community_code,
    s.town_code,
    n.operator,
    s.month,
    s.resident_count
from community_month as s
join community as n on n.community_code = s.community_code
where s.resident_count > 0
