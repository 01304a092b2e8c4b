-- title:  Proposals and what became of them, by the month in which they were raised
-- grain:  one row per month
-- filters: months, communities
-- column: month, proposal_count, accepted_count, prompt_count, followed_count, in_time_count, self_service_count
select
    p.month,
    count(*) as proposal_count,
    count(p.accepted_on) as accepted_count,
    count(*) filter (p.is_prompt) as prompt_count,
    count(*) filter (p.is_followed) as followed_count,
    count(*) filter (p.is_in_time) as in_time_count,
    count(*) filter (p.stage = 'self_service') as self_service_count
from proposal_state as p
join chosen_communities as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
group by p.month
order by p.month
