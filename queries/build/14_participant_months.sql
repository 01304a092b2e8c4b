-- title:  In which months each resident took part: stands while a warehouse is built
-- grain:  one row per resident participant, community and month
-- cluster: reads attendances and activities alone, so that it can be made where those are
create temporary table participant_month as
select
    t.participant_code,
    max(k.participant_key) as participant_key,
    h.community_code,
    h.month,
    max(h.early_bit) as early_bit,
    max(h.late_bit) as late_bit,
    count(*)::integer as attendance_count,
    bit_or(h.categories) as categories
from attendance as t
join held as h on h.activity_code = t.activity_code
join key_of as k on k.participant_code = t.participant_code
where t.is_resident
group by all;
