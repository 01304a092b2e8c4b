-- title:  Where attendances come month by month: what was kept of each, in the place of what is made of attendances
-- grain:  activity_attended: one row per activity with an attendance;
--         participant_month: one row per resident participant, community and month
create temporary table activity_attended as
select activity_code, attendance_count
from kept_activity
where attendance_count > 0;

-- Each part of what is kept numbered its categories, and its months, for itself.
create temporary table participant_month as
with renumbered as (
    select
        p.part,
        p.categories as numbered_then,
        bit_or(1::bigint << n.category_number) as categories
    from (select distinct part, categories from kept_participant_month) as p
    join kept_category as k
        on k.part = p.part and p.categories & (1::bigint << k.category_number) != 0
    join activity_category as n on n.breakdown = k.breakdown and n.category = k.category
    group by p.part, p.categories
)
select
    p.participant_code,
    0 as participant_key,
    p.community_code,
    p.month,
    b.early_bit,
    b.late_bit,
    p.attendance_count,
    r.categories
from kept_participant_month as p
join renumbered as r on r.part = p.part and r.numbered_then = p.categories
join month_bit as b on b.month = p.month;
