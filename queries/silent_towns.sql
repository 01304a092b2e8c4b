-- title:  Frame: of which tables each town sent a row; never answered
-- grain:  one row per town of which there are communities; a column per table
select
    town_code,
    bool_or(community_code in (select g.community_code from organisation as g)) as organisation,
    bool_or(community_code in (select a.community_code from activity_day as a)) as activity,
    bool_or(
        community_code in (select d.community_code from activity_day as d where d.attendance_count > 0)
    ) as attendance,
    bool_or(community_code in (select p.community_code from proposal as p)) as proposal,
    bool_or(community_code in (select k.community_code from club as k)) as club,
    bool_or(community_code in (select s.community_code from space as s)) as space
from community
group by town_code
