-- title:  Move-outs by town over the chosen months
-- grain:  one row per town
-- filters: months, communities
-- column: town_code, move_in_count, move_out_count, resident_month_count, month_count
select
    s.town_code,
    sum(s.move_in_count)::bigint as move_in_count,
    sum(s.move_out_count)::bigint as move_out_count,
    -- What moves are divided by: the resident-months of those who reported moves.
    sum(s.resident_month_count) filter (s.move_out_count is not null) as resident_month_count,
    count(distinct s.month) filter (s.move_out_count is not null) as month_count
from community_flow as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.town_code
order by s.town_code
