-- title:  Activities of the chosen months that residents organised themselves
-- grain:  self_organised_by_town: one row per town
-- grain:  self_organised_by_community: one row per community
-- grain:  self_organised_by_month: one row per month
-- grain:  self_organised_by_town_and_month: one row per town and month
-- filters: months, communities
-- column: community_code, town_code, month, organised_activity_count, self_organised_activity_count
select
    c.community_code,
    c.town_code,
    x.month,
    coalesce(sum(x.activity_count) filter (x.organiser is not null), 0)::bigint
        as organised_activity_count,
    coalesce(sum(x.activity_count) filter (x.organiser = 'residents'), 0)::bigint
        as self_organised_activity_count
from activity_kind_month as x
join chosen_communities as c on c.community_code = x.community_code
where x.month between $start_month and $end_month
group by all
order by all
