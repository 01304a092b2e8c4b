-- title:  Rents at the end month, by tier
-- grain:  one row per tier
-- filters: end month, communities
-- column: tier, rent_community_count, lowest_rent_cny, median_rent_cny, highest_rent_cny
select
    o.tier,
    count(o.rent_cny) as rent_community_count,
    min(o.rent_cny) as lowest_rent_cny,
    median(o.rent_cny) as median_rent_cny,
    max(o.rent_cny) as highest_rent_cny
from occupancy as o
join chosen_communities as c on c.community_code = o.community_code
where o.month = $end_month and o.rent_cny is not null and o.tier <> 'unstated'
group by all
order by all
