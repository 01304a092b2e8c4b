-- title:  Frame: a statement asked of every end month by itself, all of them at once
-- grain:  the statement's own, and each_month
-- The statement stands where its name does below, with one month for its end month, and a first one
-- as many months before as the chosen months have. Many small questions cost what their planning
-- does: one for all months costs three to eight times what one for a single month does.
select asked.end_month::varchar as each_month, answer.*
from (
    select
        end_month,
        (end_month - to_months($months_before))::date as start_month
    from (select unnest($each_month::date[]) as end_month)
) as asked,
lateral (
    {statement}
) as answer
order by {order}
