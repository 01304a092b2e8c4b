-- title:  Letting of the communities opened within the data, in their main tier, by months since opening
-- grain:  one row per community and month
-- filters: end month, communities
-- column: community_code, town_code, month, months_open_count, tier, available_count, let_count
with main_tier as (
    -- Tiers are never added: the one with most dwellings over all the months speaks.
    select community_code, arg_max(tier, (coalesce(dwelling_count, -1), tier)) as tier
    from (
        select community_code, tier, sum(dwelling_count) as dwelling_count
        from open_occupancy
        where month <= $end_month
        group by community_code, tier
    )
    group by community_code
)
select
    s.community_code,
    c.town_code,
    s.month,
    datediff('month', n.opened_on, s.month) as months_open_count,
    s.tier,
    s.available_count,
    s.let_count
from open_occupancy as s
join main_tier as t on t.community_code = s.community_code and t.tier = s.tier
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
where
    s.month <= $end_month
    and n.opened_on >= (select min(month) from community_month)
order by s.community_code, s.month
