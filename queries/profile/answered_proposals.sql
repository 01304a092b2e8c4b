-- title:  Proposals settled in the chosen months: what of, how long it took, what came of it
-- grain:  one row per proposal
-- filters: months, communities
-- column: proposal_code, community_code, town_code, proposal_category, settled_on, day_count, outcome_text
select
    p.proposal_code,
    p.community_code,
    c.town_code,
    p.proposal_category,
    p.settled_on,
    p.day_count,
    r.outcome_text
from proposal_state as p
join proposal as r on r.proposal_code = p.proposal_code
join chosen_communities as c on c.community_code = p.community_code
where p.is_settled and p.settled_on between $start_month and last_day($end_month::date)
order by p.settled_on desc, p.proposal_code
