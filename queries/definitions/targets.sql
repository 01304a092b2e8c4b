-- title:  The targets that were set
-- grain:  one row per indicator, place and due month
-- column: target_indicator, target_place, due_month, target_bound, target_value, set_by, target_basis
select target_indicator, target_place, due_month, target_bound, target_value, set_by, target_basis
from target
order by target_indicator, target_place, due_month
