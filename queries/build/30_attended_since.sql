-- title:  Since when attendances are told of, and the years that the months fill
-- grain:  attended_since: the first month of attendances, one row in all
-- Activities and residents may have been recorded for longer than who came.
create table attended_since as
select
    greatest(
        date_trunc('month', min(held_on))::date, (select min(month) from community_month)
    ) as month
from activity_day
where attendance_count > 0;

drop table if exists key_of;

delete from spread_rollup
where
    end_month not in (select month from community_month)
    or end_month - to_months(11) < (select min(month) from community_month);
