-- title:  The chosen communities at the end month
-- grain:  one row per community
-- filters: end month, communities
-- column: community_code, name_zh, name_en, aliases, town_code, origin, operator, community_kind, is_home, opened_on, resident_profile, youth_share, lon, lat, coverage_type, mode, leading_organisation, has_own_branch, has_service_station, has_social_work_station, is_effective, dwelling_count, bed_supply_count, resident_count, paired_resident_count, paired_dwelling_count, tier, available_count, let_count, over_let_count, activity_count, attendance_count, days_quiet_count, days_known_count, overdue_count, longest_open_day_count
with letting as (
    -- One tier's rooms and another's beds are not added: the tier with most dwellings speaks.
    select
        community_code,
        arg_max(tier, (coalesce(dwelling_count, -1), tier)) as tier,
        arg_max_null(available_count, (coalesce(dwelling_count, -1), tier)) as available_count,
        arg_max_null(let_count, (coalesce(dwelling_count, -1), tier)) as let_count,
        count(*) filter (let_count > available_count) as over_let_count
    from occupancy
    where month = $end_month and tier <> 'unstated'
    group by community_code
)
select
    n.community_code,
    n.name_zh,
    n.name_en,
    n.aliases,
    n.town_code,
    n.origin,
    n.operator,
    n.community_kind,
    n.is_home,
    n.opened_on,
    n.resident_profile,
    n.youth_share,
    n.lon,
    n.lat,
    s.coverage_type,
    s.mode,
    s.leading_organisation,
    s.has_own_branch,
    s.has_service_station,
    s.has_social_work_station,
    s.is_effective,
    s.dwelling_count,
    s.bed_supply_count,
    s.resident_count,
    if(s.dwelling_count is null, null, s.resident_count) as paired_resident_count,
    if(s.resident_count is null, null, s.dwelling_count) as paired_dwelling_count,
    l.tier,
    l.available_count,
    l.let_count,
    l.over_let_count,
    f.activity_count,
    f.attendance_count,
    s.days_quiet_count,
    (
        last_day($end_month::date)
        - greatest(
            b.since,
            (select min(f.month) from community_month as f),
            -- Before the first activity that was told of, nobody knows of any.
            (select date_trunc('month', min(a.held_on))::date from activity_day as a)
        )
    )::bigint as days_known_count,
    s.overdue_count,
    s.longest_open_day_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community_flow as f on f.community_code = s.community_code and f.month = s.month
join community as n on n.community_code = s.community_code
join community_since as b on b.community_code = s.community_code
left join letting as l on l.community_code = s.community_code
where s.month = $end_month
order by s.resident_count desc, s.community_code
