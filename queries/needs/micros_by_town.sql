-- title:  What the five micros are made of, by town
-- grain:  one row per town
-- filters: months, communities
-- column: town_code, community_count, own_branch_community_count, effective_community_count, service_station_community_count, resident_count, measured_resident_count, station_area_m2, proposal_count, accepted_count, prompt_count, followed_count, in_time_count, self_service_count, activity_count, resident_month_count, delivered_aspect_count, possible_aspect_count
with
-- Where a station's floor area is not known, its community's is not: it is left out with its
-- residents. One without a station has none.
stations as (
    select
        community_code,
        sum(floor_area_m2) as area_m2,
        bool_and(floor_area_m2 is not null) as is_measured
    from organisation
    where
        organisation_kind <> 'party_branch'
        and valid_from <= last_day($end_month::date)
        and (valid_to is null or valid_to >= last_day($end_month::date))
    group by community_code
),
delivered as (
    select community_code, count(distinct aspect) as aspect_count
    from service_month
    where month between $start_month and $end_month and not starts_with(aspect, 'unnamed')
    group by community_code
),
at_end as (
    select
        s.town_code,
        count(*) as community_count,
        count(*) filter (s.has_own_branch) as own_branch_community_count,
        -- Missing where the data do not reach back 90 days.
        if(bool_or(s.is_effective is null), null, count(*) filter (s.is_effective))
            as effective_community_count,
        count(*) filter (s.has_service_station) as service_station_community_count,
        sum(s.resident_count)::bigint as resident_count,
        coalesce(sum(s.resident_count) filter (coalesce(g.is_measured, true)), 0)::bigint
            as measured_resident_count,
        coalesce(
            sum(g.area_m2) filter (g.is_measured and s.resident_count is not null), 0
        )::double as station_area_m2,
        coalesce(sum(d.aspect_count), 0)::bigint as delivered_aspect_count
    from community_month as s
    semi join chosen_communities as c on c.community_code = s.community_code
    left join stations as g on g.community_code = s.community_code
    left join delivered as d on d.community_code = s.community_code
    where s.month = $end_month
    group by s.town_code
),
proposals as (
    select
        c.town_code,
        count(*) as proposal_count,
        count(p.accepted_on) as accepted_count,
        count(*) filter (p.is_prompt) as prompt_count,
        count(*) filter (p.is_followed) as followed_count,
        count(*) filter (p.is_in_time) as in_time_count,
        count(*) filter (p.stage = 'self_service') as self_service_count
    from proposal_state as p
    join chosen_communities as c on c.community_code = p.community_code
    where p.month between $start_month and $end_month
    group by c.town_code
),
activities as (
    select
        s.town_code,
        sum(s.activity_count)::bigint as activity_count,
        sum(s.resident_month_count) as resident_month_count
    from community_flow as s
    semi join chosen_communities as c on c.community_code = s.community_code
    where s.month between $start_month and $end_month
    group by s.town_code
)
select
    a.town_code,
    -- Of a town whose communities have all closed by the end month nothing stands.
    coalesce(e.community_count, 0) as community_count,
    coalesce(e.own_branch_community_count, 0) as own_branch_community_count,
    if(e.town_code is null, 0, e.effective_community_count) as effective_community_count,
    coalesce(e.service_station_community_count, 0) as service_station_community_count,
    if(e.town_code is null, 0, e.resident_count) as resident_count,
    coalesce(e.measured_resident_count, 0) as measured_resident_count,
    coalesce(e.station_area_m2, 0) as station_area_m2,
    coalesce(p.proposal_count, 0) as proposal_count,
    coalesce(p.accepted_count, 0) as accepted_count,
    coalesce(p.prompt_count, 0) as prompt_count,
    coalesce(p.followed_count, 0) as followed_count,
    coalesce(p.in_time_count, 0) as in_time_count,
    coalesce(p.self_service_count, 0) as self_service_count,
    a.activity_count,
    a.resident_month_count,
    coalesce(e.delivered_aspect_count, 0) as delivered_aspect_count,
    -- Nine aspects are published, five of them by name: those alone count.
    5 * coalesce(e.community_count, 0) as possible_aspect_count
from activities as a
left join at_end as e on e.town_code = a.town_code
left join proposals as p on p.town_code = a.town_code
order by a.town_code
