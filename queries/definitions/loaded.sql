-- title:  The towns and operators of which there are communities
-- grain:  one row per town and operator
-- names:  what was loaded, real projects of a sample too: nothing is counted
-- column: town_code, operator
select distinct town_code, operator
from community
order by town_code, operator
