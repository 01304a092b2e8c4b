-- title:  Frame: a named query asked of every town by itself, all of them at once
-- grain:  the query's own, and each_town
-- The query stands where its name does below, with one town for its list of towns. Many small
-- questions cost what their planning does: one for all towns is little more than one for one.
-- Queries join the chosen communities, each of which is there once: a semi join would here go
-- through all rows again for every town.
select each_town.town_code as each_town, answer.*
from (select unnest($each_town::varchar[]) as town_code) as each_town,
lateral (
    {query}
) as answer
order by all
