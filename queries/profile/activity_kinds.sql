-- title:  Activities of the chosen months by kind
-- grain:  one row per activity kind
-- filters: months, communities
-- column: activity_kind, activity_count
select s.activity_kind, sum(s.activity_count)::bigint as activity_count
from activity_kind_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.activity_kind
order by s.activity_kind
