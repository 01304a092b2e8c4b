-- title:  Shared spaces at the end month's end, by kind
-- grain:  one row per space kind
-- filters: end month, communities
-- column: space_kind, space_count, space_community_count, measured_space_count, space_area_m2
select
    x.space_kind,
    count(*) as space_count,
    count(distinct x.community_code) as space_community_count,
    count(x.space_area_m2) as measured_space_count,
    sum(x.space_area_m2) as space_area_m2
from space as x
join chosen_communities as c on c.community_code = x.community_code
join community_month as s on s.community_code = x.community_code and s.month = $end_month
where
    x.valid_from <= last_day($end_month::date)
    and (x.valid_to is null or x.valid_to >= last_day($end_month::date))
group by all
order by all
