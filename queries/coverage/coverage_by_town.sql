-- title:  Governance coverage by town
-- grain:  one row per town and month
-- filters: months, communities
-- column: town_code, month, community_count, committee_community_count, grid_community_count, governed_community_count, resident_count, committee_resident_count, governed_resident_count, paired_resident_count, paired_dwelling_count, own_branch_community_count, effective_community_count, service_station_community_count, social_work_station_community_count, home_count, dwelling_count, bed_supply_count
select
    s.town_code,
    s.month,
    count(*) as community_count,
    -- Of those whose governance is not known nothing is: where no one's is, not even that there is none.
    if(count(s.coverage_type) > 0, count(*) filter (s.coverage_type = 'committee'), null)
        as committee_community_count,
    if(count(s.coverage_type) > 0, count(*) filter (s.coverage_type = 'grid'), null) as grid_community_count,
    count(s.coverage_type) as governed_community_count,
    sum(s.resident_count)::bigint as resident_count,
    if(
        bool_or(s.coverage_type = 'committee'),
        sum(s.resident_count) filter (s.coverage_type = 'committee'),
        0
    )::bigint as committee_resident_count,
    (sum(s.resident_count) filter (s.coverage_type is not null))::bigint as governed_resident_count,
    -- What is divided is of those who reported both.
    (sum(s.resident_count) filter (s.dwelling_count is not null))::bigint as paired_resident_count,
    (sum(s.dwelling_count) filter (s.resident_count is not null))::bigint as paired_dwelling_count,
    count(*) filter (s.has_own_branch) as own_branch_community_count,
    -- Missing where the data do not reach back 90 days.
    if(bool_or(s.is_effective is null), null, count(*) filter (s.is_effective))
        as effective_community_count,
    count(*) filter (s.has_service_station) as service_station_community_count,
    count(*) filter (s.has_social_work_station) as social_work_station_community_count,
    count(*) filter (s.is_home) as home_count,
    sum(s.dwelling_count)::bigint as dwelling_count,
    sum(s.bed_supply_count)::bigint as bed_supply_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
where s.month between $start_month and $end_month
group by s.town_code, s.month
order by s.town_code, s.month
