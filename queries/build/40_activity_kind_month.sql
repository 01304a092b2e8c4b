-- title:  Roll-up: activities of each community, month and kind
-- grain:  one row per community, month and activity kind
create table activity_kind_month as
select
    community_code,
    date_trunc('month', held_on)::date as month,
    activity_kind,
    count(*) as activity_count
from activity
group by all
order by month, community_code, activity_kind;
