-- title:  Residents' and village committees by town
-- grain:  one row per town
-- column: town_code, town_committee_count
select town_code, count(*) as town_committee_count
from committee
group by town_code
order by town_code
