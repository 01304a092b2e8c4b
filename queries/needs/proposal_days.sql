-- title:  Days from acceptance to settling of proposals raised in the chosen months; of those not settled, the days they have been followed
-- grain:  one row per town, proposal category, coverage type, days and outcome
-- param:  $start_month DATE, first month, inclusive
-- param:  $end_month DATE, last month, inclusive; the month at which filters are read
-- param:  $town_codes VARCHAR[], empty means all
-- param:  $community_codes VARCHAR[], empty means all
-- param:  $coverage_types VARCHAR[], empty means all
-- param:  $modes VARCHAR[], empty means all; none is unclassified
-- param:  $tiers VARCHAR[], communities that offer any of them; empty means all
-- param:  $is_home BOOLEAN, null means all
-- column: town_code, proposal_category, coverage_type, day_count, is_settled, proposal_count
-- Coverage is that of the end month; none is a community that was closed by then.
select
    c.town_code,
    p.proposal_category,
    coalesce(s.coverage_type, 'none') as coverage_type,
    p.day_count,
    p.is_settled,
    count(*) as proposal_count
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
left join community_month as s on s.community_code = p.community_code and s.month = $end_month
where p.month between $start_month and $end_month and p.accepted_on is not null
group by all
order by all
