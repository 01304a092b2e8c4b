-- title:  Proposals raised in the chosen months by the furthest stage they have reached
-- grain:  one row per stage
-- filters: months, communities
-- column: stage, proposal_count
select
    p.stage,
    count(*) as proposal_count
from proposal_state as p
join chosen_communities as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
    -- Who has no word on the loop, such as a hotline, says nothing of it.
    and p.stage is not null
group by p.stage
order by p.stage
