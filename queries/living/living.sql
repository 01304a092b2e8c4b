-- title:  Communities that have a shared space or an active club at each month's end
-- grain:  living_by_town: one row per town and month
-- grain:  living_by_month: one row per month
-- filters: months, communities
-- column: town_code, month, community_count, space_community_count, club_community_count
select
    s.town_code,
    s.month,
    count(*) as community_count,
    count(*) filter (
        exists (
            select 1
            from space as x
            where
                x.community_code = s.community_code
                and x.valid_from <= last_day(s.month)
                and (x.valid_to is null or x.valid_to >= last_day(s.month))
        )
    ) as space_community_count,
    count(*) filter (
        exists (
            select 1
            from club as k
            where
                k.community_code = s.community_code
                and k.valid_from <= last_day(s.month)
                and (k.valid_to is null or k.valid_to >= last_day(s.month))
        )
    ) as club_community_count
from community_month as s
join chosen_communities as c on c.community_code = s.community_code
join community as n on n.community_code = s.community_code
where
    s.month between $start_month and $end_month
    -- Of real, named projects nothing is invented: that nothing is recorded does not mean none.
    and n.origin is distinct from 'published'
group by all
order by all
