-- title:  Clubs active at the end month's end, by kind and by who leads them
-- grain:  one row per club kind and leader
-- filters: end month, communities
-- column: club_kind, club_leader, club_count, club_member_count
select
    k.club_kind,
    k.club_leader,
    count(*) as club_count,
    sum(k.club_member_count)::bigint as club_member_count
from club as k
join chosen_communities as c on c.community_code = k.community_code
join community_month as s on s.community_code = k.community_code and s.month = $end_month
where
    k.valid_from <= last_day($end_month::date)
    and (k.valid_to is null or k.valid_to >= last_day($end_month::date))
group by all
order by all
