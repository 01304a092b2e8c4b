-- title:  Proposals accepted over 14 days before the month's end and open then, by town
-- grain:  one row per town and month
-- filters: months, communities
-- column: town_code, month, overdue_count
select
    s.town_code,
    s.month,
    sum(s.overdue_count)::bigint as overdue_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.town_code, s.month
order by s.town_code, s.month
