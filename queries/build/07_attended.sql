-- title:  How many attended each activity: stands while a warehouse is built
-- grain:  one row per activity with an attendance
-- cluster: reads attendances and activities alone, so that it can be made where those are
create temporary table activity_attended as
select activity_code, count(*) as attendance_count
from attendance
group by activity_code;
