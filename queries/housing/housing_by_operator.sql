-- title:  Residents at the end month and move-outs over the chosen months by operator
-- grain:  one row per operator
-- filters: months, communities
-- column: operator, community_count, dwelling_count, resident_count, paired_resident_count, paired_dwelling_count, move_in_count, move_out_count, resident_month_count, month_count
select
    n.operator,
    count(s.month) as community_count,
    -- Of no community there is nothing; of those that did not report it is not known.
    if(count(s.month) = 0, 0, sum(s.dwelling_count))::bigint as dwelling_count,
    if(count(s.month) = 0, 0, sum(s.resident_count))::bigint as resident_count,
    -- What residents per dwelling rests on: the communities that reported both.
    if(count(s.month) = 0, 0, sum(s.resident_count) filter (s.dwelling_count is not null))::bigint
        as paired_resident_count,
    if(count(s.month) = 0, 0, sum(s.dwelling_count) filter (s.resident_count is not null))::bigint
        as paired_dwelling_count,
    sum(f.move_in_count)::bigint as move_in_count,
    sum(f.move_out_count)::bigint as move_out_count,
    -- What moves are divided by: the resident-months of those who reported moves.
    sum(f.resident_month_count) filter (f.move_out_count is not null) as resident_month_count,
    count(distinct f.month) filter (f.move_out_count is not null) as month_count
from community_flow as f
join chosen_communities as c on c.community_code = f.community_code
join community as n on n.community_code = f.community_code
left join community_month as s
    on s.community_code = f.community_code and s.month = f.month and s.month = $end_month
-- A community whose operator nobody has told is none's.
where f.month between $start_month and $end_month and n.operator is not null
group by n.operator
order by n.operator
