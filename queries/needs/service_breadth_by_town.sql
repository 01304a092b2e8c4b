-- title:  Aspects of service delivered in the chosen months, community by community, by town
-- grain:  one row per town
-- filters: months, communities
-- column: town_code, delivered_aspect_count, possible_aspect_count
with delivered as (
    select community_code, count(distinct aspect) as delivered_aspect_count
    from service_month
    where month between $start_month and $end_month and not starts_with(aspect, 'unnamed')
    group by community_code
)
select
    s.town_code,
    coalesce(sum(d.delivered_aspect_count), 0)::bigint as delivered_aspect_count,
    -- Nine aspects are published, five of them by name: those alone count.
    5 * count(*) as possible_aspect_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
left join delivered as d on d.community_code = s.community_code
where s.month = $end_month and $start_month <= $end_month
group by s.town_code
order by s.town_code
