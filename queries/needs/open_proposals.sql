-- title:  Proposals accepted and open at the end of the end month
-- grain:  one row per proposal
-- filters: end month, communities
-- column: proposal_code, community_code, name_zh, name_en, town_code, origin, proposal_category, accepted_on, open_day_count, stage, is_reopened, responsible_unit
-- A reopened one counts as open in every month: the day it was reopened is not recorded. So
-- it is not known how long it has been open, and it stands after those of which it is.
select
    p.proposal_code,
    p.community_code,
    n.name_zh,
    n.name_en,
    n.town_code,
    n.origin,
    p.proposal_category,
    p.accepted_on,
    (last_day(s.month) - p.accepted_on)::bigint as open_day_count,
    p.stage,
    p.is_reopened,
    p.responsible_unit
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join proposal_state as p on p.community_code = s.community_code
join community as n on n.community_code = s.community_code
where
    s.month = $end_month
    and p.accepted_on <= last_day(s.month)
    and (not p.is_settled or p.settled_on > last_day(s.month))
order by p.is_reopened, open_day_count desc, p.proposal_code
