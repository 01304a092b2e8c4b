-- title:  Activities of the chosen months that residents organised themselves
-- grain:  self_organised_by_town: one row per town
-- grain:  self_organised_by_community: one row per community
-- grain:  self_organised_by_month: one row per month
-- grain:  self_organised_by_town_and_month: one row per town and month
-- filters: months, communities
-- column: community_code, town_code, month, organised_activity_count, self_organised_activity_count
with held as (
    select community_code, date_trunc('month', held_on)::date as month, organiser
    from activity
)
select
    c.community_code,
    c.town_code,
    x.month,
    count(x.organiser) as organised_activity_count,
    count(*) filter (x.organiser = 'residents') as self_organised_activity_count
from held as x
join chosen_communities as c on c.community_code = x.community_code
where x.month between $start_month and $end_month
group by all
order by all
