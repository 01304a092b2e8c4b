-- title:  Frame: residents by month of every place, where so few live in one of them that it is hidden
-- grain:  one row per place and month
-- The place's column stands where its name does below, or null for all that is chosen together.
-- It is never answered: what is hidden of it tells which resident-months and moves to hide.
with counted as (
    select
        {place} as place,
        {within} as within,
        s.month,
        sum(s.resident_count)::bigint as resident_count
    from community_month as s
    join chosen_communities(
        $end_month::date,
        $town_codes::varchar[],
        $community_codes::varchar[],
        $coverage_types::varchar[],
        $modes::varchar[],
        $tiers::varchar[],
        $is_home::boolean
    ) as c on c.community_code = s.community_code
    join community as n on n.community_code = s.community_code
    where s.month between $first_month and $last_month
    group by all
)
select place, within, month, resident_count
from counted
where place is not null
qualify
    count(*) filter (resident_count between 1 and $least - 1)
        over (partition by within, month) > 0
order by place, month
