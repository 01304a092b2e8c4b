-- title:  Days from acceptance to settling of proposals raised in the chosen months; of those not settled, the days they have been followed
-- grain:  one row per town, proposal category, coverage type, days and outcome
-- filters: months, communities
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
join chosen_communities as c on c.community_code = p.community_code
left join community_month as s on s.community_code = p.community_code and s.month = $end_month
where p.month between $start_month and $end_month and p.accepted_on is not null
group by all
order by all
