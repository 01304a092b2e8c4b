-- title:  How many attended each activity: stands while a warehouse is built
-- grain:  one row per activity with an attendance
create temporary table activity_attended as
select activity_code, count(*) as attendance_count
from attendance
group by activity_code;
