-- title:  Proposals and what became of them, by town and the month in which they were raised
-- grain:  one row per town and month
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: town_code, month, proposal_count, accepted_count, prompt_count, followed_count, in_time_count, self_service_count
select
    c.town_code,
    p.month,
    count(*) as proposal_count,
    count(p.accepted_on) as accepted_count,
    count(*) filter (p.is_prompt) as prompt_count,
    count(*) filter (p.is_followed) as followed_count,
    count(*) filter (p.is_in_time) as in_time_count,
    count(*) filter (p.stage = 'self_service') as self_service_count
from proposal_state as p
join chosen_communities(
    $end_month::date,
    $town_codes::varchar[],
    $community_codes::varchar[],
    $coverage_types::varchar[],
    $modes::varchar[],
    $tiers::varchar[],
    $is_home::boolean
) as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
group by c.town_code, p.month
order by c.town_code, p.month
