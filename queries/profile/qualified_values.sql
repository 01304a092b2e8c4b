-- title:  Which numbers of a community came as about or at least
-- grain:  one row per community and tier
-- filters: end month, communities
-- column: community_code, tier, supply_qualifier, resident_qualifier
with standing as (
    -- What was restated since was said anew, exactly.
    select q.row_key, q.column_name, q.qualifier
    from qualified_value as q
    anti join restatement as r
        on
            r.table_name = q.table_name
            and r.row_key = q.row_key
            and r.column_name = q.column_name
            and r.batch > q.batch
    where q.table_name = 'occupancy'
)
select
    o.community_code,
    o.tier,
    max(q.qualifier) filter (q.column_name = 'supply_count') as supply_qualifier,
    max(q.qualifier) filter (q.column_name = 'resident_count') as resident_qualifier
from occupancy as o
join chosen_communities as c on c.community_code = o.community_code
left join standing as q
    on q.row_key = o.community_code || ' ' || strftime(o.month, '%Y-%m-%d') || ' ' || o.tier
where o.month = $end_month
group by o.community_code, o.tier
order by o.community_code, o.tier
