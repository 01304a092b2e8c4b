-- title:  Which Party organisations lead communities, and how many have a branch of their own
-- grain:  one row per leading organisation
-- filters: end month, communities
-- column: leading_organisation, community_count, own_branch_community_count
select
    s.leading_organisation,
    count(*) as community_count,
    count(*) filter (s.has_own_branch) as own_branch_community_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month = $end_month
group by s.leading_organisation
order by s.leading_organisation
