-- title:  What a clerk knows of each community: the neighbouring committee, organisations, clubs, members, services
-- grain:  one row per community
-- filters: months, communities
-- column: community_code, town_code, neighbour_committee, is_inside_boundary, neighbour_household_count, has_own_branch, has_service_station, is_effective, overdue_count, club_count, record_count, record_community_count, delivered_aspect_count
with clubs as (
    select community_code, count(*) as club_count
    from club
    where
        valid_from <= last_day($end_month::date)
        and (valid_to is null or valid_to >= last_day($end_month::date))
    group by community_code
),
members as (
    -- Members stand at a month's end: the last that was told within the months.
    select community_code, arg_max(record_count, month) as record_count
    from monthly_record
    where record_kind = 'party_members' and month between $start_month and $end_month
    group by community_code
),
delivered as (
    select community_code, count(distinct aspect) as delivered_aspect_count
    from service_month
    where not starts_with(aspect, 'unnamed') and month between $start_month and $end_month
    group by community_code
)
select
    s.community_code,
    s.town_code,
    n.neighbour_committee,
    n.is_inside_boundary,
    n.neighbour_household_count,
    s.has_own_branch,
    s.has_service_station,
    s.is_effective,
    s.overdue_count,
    coalesce(k.club_count, 0)::bigint as club_count,
    m.record_count,
    -- Whether members are on record, which is told where how many are few is not.
    if(m.record_count is null, 0, 1)::bigint as record_community_count,
    coalesce(d.delivered_aspect_count, 0)::bigint as delivered_aspect_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
left join clubs as k on k.community_code = s.community_code
left join members as m on m.community_code = s.community_code
left join delivered as d on d.community_code = s.community_code
where s.month = $end_month
order by s.community_code
