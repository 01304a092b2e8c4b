-- title:  Proposals raised in the chosen months, and what became of them, by town
-- grain:  one row per town
-- filters: months, communities
-- column: town_code, proposal_count, accepted_count, prompt_count, followed_count, in_time_count, self_service_count
select
    c.town_code,
    count(*) as proposal_count,
    count(p.accepted_on) as accepted_count,
    count(*) filter (p.is_prompt) as prompt_count,
    count(*) filter (p.is_followed) as followed_count,
    count(*) filter (p.is_in_time) as in_time_count,
    count(*) filter (p.stage = 'self_service') as self_service_count
from proposal_state as p
join chosen_communities as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
group by c.town_code
order by c.town_code
