-- title:  The chosen communities by month
-- grain:  one row per month
-- filters: months, communities
-- column: month, community_count, committee_community_count, grid_community_count, governed_community_count, committee_resident_count, governed_resident_count, paired_resident_count, paired_dwelling_count, dwelling_community_count, housed_community_count, paired_community_count, governed_housed_community_count, unstated_community_count, supplied_community_count, moved_community_count, own_branch_community_count, effective_community_count, service_station_community_count, social_work_station_community_count, home_count, dwelling_count, bed_supply_count, resident_count, resident_month_count, move_in_count, move_out_count, activity_count, attendance_count, proposal_count, settled_count, overdue_count
select
    f.month,
    count(s.community_code) as community_count,
    -- Of those whose governance is not known nothing is: where no one's is, not even that there is none.
    if(count(s.coverage_type) > 0 or count(s.month) = 0, count(*) filter (s.coverage_type = 'committee'), null)
        as committee_community_count,
    if(count(s.coverage_type) > 0 or count(s.month) = 0, count(*) filter (s.coverage_type = 'grid'), null) as grid_community_count,
    count(s.coverage_type) as governed_community_count,
    if(
        bool_or(s.coverage_type = 'committee'),
        sum(s.resident_count) filter (s.coverage_type = 'committee'),
        0
    )::bigint as committee_resident_count,
    (sum(s.resident_count) filter (s.coverage_type is not null))::bigint as governed_resident_count,
    -- What is divided is of those who reported both.
    if(count(s.month) = 0, 0, sum(s.resident_count) filter (s.dwelling_count is not null))::bigint
        as paired_resident_count,
    if(count(s.month) = 0, 0, sum(s.dwelling_count) filter (s.resident_count is not null))::bigint
        as paired_dwelling_count,
    count(s.dwelling_count) as dwelling_community_count,
    count(s.resident_count) as housed_community_count,
    count(s.resident_count) filter (s.dwelling_count is not null) as paired_community_count,
    count(s.resident_count) filter (s.coverage_type is not null)
        as governed_housed_community_count,
    count(*) filter (s.has_unstated_tier) as unstated_community_count,
    count(s.bed_supply_count) as supplied_community_count,
    count(f.move_out_count) filter (s.month is not null) as moved_community_count,
    count(*) filter (s.has_own_branch) as own_branch_community_count,
    -- Missing where the data do not reach back 90 days.
    if(
        bool_or(s.community_code is not null and s.is_effective is null),
        null,
        count(*) filter (s.is_effective)
    ) as effective_community_count,
    count(*) filter (s.has_service_station) as service_station_community_count,
    count(*) filter (s.has_social_work_station) as social_work_station_community_count,
    count(*) filter (s.is_home) as home_count,
    -- Of no community there is nothing; of those that did not report it is not known.
    if(count(s.month) = 0, 0, sum(s.dwelling_count))::bigint as dwelling_count,
    if(count(s.month) = 0, 0, sum(s.bed_supply_count))::bigint as bed_supply_count,
    if(count(s.month) = 0, 0, sum(s.resident_count))::bigint as resident_count,
    -- What move-outs are divided by: the resident-months of those who reported moves.
    sum(f.resident_month_count) filter (f.move_out_count is not null) as resident_month_count,
    sum(f.move_in_count)::bigint as move_in_count,
    sum(f.move_out_count)::bigint as move_out_count,
    sum(f.activity_count)::bigint as activity_count,
    sum(f.attendance_count)::bigint as attendance_count,
    sum(f.proposal_count)::bigint as proposal_count,
    sum(f.settled_count)::bigint as settled_count,
    coalesce(sum(s.overdue_count), 0)::bigint as overdue_count
from community_flow as f
join chosen_communities as c on c.community_code = f.community_code
left join community_month as s on s.community_code = f.community_code and s.month = f.month
where f.month between $start_month and $end_month
group by f.month
order by f.month
