-- title:  Roll-up: activities of each community, month, kind and organiser
-- grain:  one row per community, month, activity kind and organiser
-- cluster: reads attendances and activities alone, so that it can be made where those are
create table activity_kind_month as
select
    community_code,
    date_trunc('month', held_on)::date as month,
    activity_kind,
    organiser,
    count(*) as activity_count
from activity
group by all
order by month, community_code, activity_kind, organiser;
