-- title:  What a clerk knows of each community: the neighbouring committee, organisations, clubs, members, services
-- grain:  one row per community
-- filters: months, communities
-- column: community_code, town_code, neighbour_committee, is_inside_boundary, neighbour_household_count, has_own_branch, has_service_station, is_effective, overdue_count, club_count, record_count, record_community_count, delivered_aspect_count
with told as (
    -- Of a town that delivered not one row of a table nothing is known of it: neither no nor none.
    select
        n.town_code,
        bool_or(n.community_code in (select g.community_code from organisation as g))
            as has_organisations,
        bool_or(n.community_code in (select k.community_code from club as k)) as has_clubs,
        bool_or(n.community_code in (select a.community_code from activity as a))
            as has_activities,
        bool_or(n.community_code in (select p.community_code from proposal as p))
            as has_proposals
    from community as n
    group by n.town_code
),
clubs as (
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
    from activity
    where
        not starts_with(aspect, 'unnamed')
        and held_on between $start_month and last_day($end_month::date)
    group by community_code
)
select
    s.community_code,
    s.town_code,
    n.neighbour_committee,
    n.is_inside_boundary,
    n.neighbour_household_count,
    if(t.has_organisations, s.has_own_branch, null) as has_own_branch,
    if(t.has_organisations, s.has_service_station, null) as has_service_station,
    -- A sign of life is one that is told; that there is none is known where all that could be is.
    if(
        s.is_effective or (t.has_organisations and t.has_activities and t.has_proposals),
        s.is_effective,
        null
    ) as is_effective,
    if(t.has_proposals, s.overdue_count, null) as overdue_count,
    if(t.has_clubs, coalesce(k.club_count, 0), null)::bigint as club_count,
    m.record_count,
    -- Whether members are on record, which is told where how many are few is not.
    if(m.record_count is null, 0, 1)::bigint as record_community_count,
    if(t.has_activities, coalesce(d.delivered_aspect_count, 0), null)::bigint
        as delivered_aspect_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
join told as t on t.town_code = s.town_code
left join clubs as k on k.community_code = s.community_code
left join members as m on m.community_code = s.community_code
left join delivered as d on d.community_code = s.community_code
where s.month = $end_month
order by s.community_code
