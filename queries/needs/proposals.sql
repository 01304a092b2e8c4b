-- title:  Proposals raised in the chosen months, and what became of them
-- grain:  proposals_by_town: one row per town
-- grain:  proposals_by_month: one row per month
-- grain:  proposals_by_town_and_month: one row per town and month
-- grain:  proposals_by_category: one row per proposal category
-- filters: months, communities
-- column: town_code, month, proposal_category, proposal_count, accepted_count, prompt_count, followed_count, in_time_count, self_service_count
select
    c.town_code,
    p.month,
    p.proposal_category,
    count(*) as proposal_count,
    count(p.accepted_on) as accepted_count,
    count(*) filter (p.is_prompt) as prompt_count,
    count(*) filter (p.is_followed) as followed_count,
    count(*) filter (p.is_in_time) as in_time_count,
    count(*) filter (p.stage = 'self_service') as self_service_count
from proposal_state as p
join chosen_communities as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
group by all
order by all
