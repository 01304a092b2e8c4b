-- title:  The months that there are data for
-- grain:  one row per month
-- column: month
select distinct month
from community_month
order by month
