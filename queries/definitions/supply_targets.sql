-- title:  Published targets and forecasts of supply
-- grain:  one row per target
-- column: target_code, tier, target_kind, due_on, target_count, figure_id, source_title
select t.target_code, t.tier, t.target_kind, t.due_on, t.target_count, t.figure_id, f.source_title
from supply_target as t
join published_figure as f on f.figure_id = t.figure_id
order by t.due_on, t.target_code
