-- title:  Proposals open at the end month, accepted or still waiting to be
-- grain:  one row per proposal
-- filters: end month, communities
-- column: proposal_code, community_code, town_code, proposal_category, raised_on, accepted_on, stage, is_reopened, responsible_unit, open_day_count
select
    p.proposal_code,
    p.community_code,
    c.town_code,
    p.proposal_category,
    p.raised_on,
    if(p.accepted_on <= last_day($end_month::date), p.accepted_on, null) as accepted_on,
    p.stage,
    p.is_reopened,
    p.responsible_unit,
    if(
        p.accepted_on <= last_day($end_month::date),
        (last_day($end_month::date) - p.accepted_on)::bigint,
        null
    ) as open_day_count
from proposal as p
join chosen_communities as c on c.community_code = p.community_code
join community_month as s on s.community_code = p.community_code and s.month = $end_month
where
    p.raised_on <= last_day($end_month::date)
    and (p.settled_on is null or p.settled_on > last_day($end_month::date) or p.is_reopened)
order by p.raised_on, p.proposal_code
