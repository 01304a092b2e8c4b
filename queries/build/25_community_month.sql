-- title:  Roll-up: the state of each community at the end of each month
-- grain:  one row per community and month at whose end it is open
-- again:  what is protected rests on rounded counts
create table community_month as
with months as (
    select
        month,
        last_day(month) as month_end,
        -- Whether the data reach back the 90 days that effective coverage looks at.
        last_day(month) - 89 >= min(month) over () as reaches_back
    from recorded_month
),
open_community as (
    select c.community_code, c.town_code, c.is_home, m.month, m.month_end, m.reaches_back
    from community as c
    join community_since as b on b.community_code = c.community_code
    join months as m
        on b.since <= m.month_end and (c.closed_on is null or c.closed_on > m.month_end)
),
housing as (
    select
        community_code,
        month,
        list(distinct tier) filter (tier <> 'unstated') as tiers,
        -- A row of a whole community's residents beside its tiers leaves no housing without a tier.
        bool_or(tier = 'unstated' and is_of_housing) or bool_and(tier = 'unstated')
            as has_unstated_tier,
        sum(dwelling_count)::bigint as dwelling_count,
        -- Not known where a bed's supply or the tier itself is not.
        if(
            bool_or(tier = 'unstated' and is_of_housing or tier = 'bed' and supply_count is null)
            or bool_and(tier = 'unstated'),
            null,
            coalesce(sum(supply_count) filter (tier = 'bed'), 0)
        )::bigint as bed_supply_count,
        sum(resident_count)::bigint as resident_count
    from (
        select
            *,
            coalesce(dwelling_count, supply_count, available_count, let_count) is not null
                as is_of_housing
        from occupancy
    )
    group by community_code, month
),
organisations as (
    select
        o.community_code,
        o.month,
        bool_or(g.organisation_kind = 'party_branch') as has_own_branch,
        bool_or(g.organisation_kind = 'service_station') as has_service_station,
        bool_or(g.organisation_kind = 'social_work_station') as has_social_work_station
    from open_community as o
    join organisation as g
        on
            g.community_code = o.community_code
            and g.valid_from <= o.month_end
            and (g.valid_to is null or g.valid_to >= o.month_end)
    group by o.community_code, o.month
),
proposals as (
    select
        o.community_code,
        o.month,
        -- 14 days is the product's own bar (an assumption), taken from one published case. Of a
        -- reopened one it is not known how long it has been open.
        count(*) filter (p.accepted_on < o.month_end - 14) as overdue_count,
        max(o.month_end - p.accepted_on)::bigint as longest_open_day_count
    from open_community as o
    join proposal as p on p.community_code = o.community_code and p.accepted_on <= o.month_end
    where not p.is_reopened and (p.settled_on is null or p.settled_on > o.month_end)
    group by o.community_code, o.month
),
last_activity as (
    select o.community_code, o.month, max(x.held_on) as held_on
    from open_community as o
    join activity_day as x on x.community_code = o.community_code and x.held_on <= o.month_end
    group by o.community_code, o.month
),
last_settled as (
    select o.community_code, o.month, max(p.settled_on) as settled_on
    from open_community as o
    join proposal as p on p.community_code = o.community_code and p.settled_on <= o.month_end
    where not p.is_reopened
    group by o.community_code, o.month
)
select
    o.community_code,
    o.town_code,
    o.month,
    o.is_home,
    g.coverage_type,
    g.mode,
    g.leading_organisation,
    coalesce(h.tiers, []) as tiers,
    coalesce(h.has_unstated_tier, false) as has_unstated_tier,
    -- Missing where a community reported none for the month; sums leave it out.
    h.dwelling_count,
    h.bed_supply_count,
    h.resident_count,
    coalesce(s.has_own_branch, false) as has_own_branch,
    coalesce(s.has_service_station, false) as has_service_station,
    coalesce(s.has_social_work_station, false) as has_social_work_station,
    -- Effective coverage: an organisation, and a sign of life within 90 days (an assumption).
    if(
        o.reaches_back,
        coalesce(s.has_own_branch or s.has_service_station or s.has_social_work_station, false)
        and coalesce(greatest(la.held_on, ls.settled_on) > o.month_end - 90, false),
        null
    ) as is_effective,
    (o.month_end - la.held_on)::bigint as days_quiet_count,
    coalesce(p.overdue_count, 0) as overdue_count,
    p.longest_open_day_count
from open_community as o
left join housing as h on h.community_code = o.community_code and h.month = o.month
left join
    governance as g
    on
        g.community_code = o.community_code
        and g.valid_from <= o.month_end
        and (g.valid_to is null or g.valid_to >= o.month_end)
left join organisations as s on s.community_code = o.community_code and s.month = o.month
left join proposals as p on p.community_code = o.community_code and p.month = o.month
left join last_activity as la on la.community_code = o.community_code and la.month = o.month
left join last_settled as ls on ls.community_code = o.community_code and ls.month = o.month
order by o.month, o.community_code;
