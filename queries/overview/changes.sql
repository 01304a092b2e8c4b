-- title:  What changed in the chosen months against the month before them
-- grain:  one row in all
-- filters: months, communities
-- column: opened_count, closed_count, newly_covered_count, newly_covered_opened_count, newly_covered_resident_count, bed_change_count
with before as (
    select community_code, coverage_type, bed_supply_count
    from community_month
    join chosen_communities using (community_code)
    where month = $start_month::date - interval 1 month
),
after as (
    select community_code, coverage_type, resident_count, bed_supply_count
    from community_month
    join chosen_communities using (community_code)
    where month = $end_month
),
paired as (
    -- A community that is not there has no beds; one that reported none is left out.
    select
        a.resident_count,
        a.community_code is null as is_closed,
        b.community_code is null as is_there_anew,
        -- One that is told of for the first time, whenever it opened, is not known to be new; nor
        -- is it known to be covered anew if nobody said how it was governed before.
        b.community_code is null and n.opened_on is null as is_not_known_before,
        case
            when a.community_code is null then false
            when b.community_code is null and n.opened_on is null then null
            when b.community_code is null then a.coverage_type = 'committee'
            when b.coverage_type is null then null
            else a.coverage_type = 'committee' and b.coverage_type <> 'committee'
        end as is_newly_covered,
        if(a.community_code is null, 0, a.bed_supply_count)
        - if(b.community_code is null, 0, b.bed_supply_count) as bed_change_count
    from after as a
    full join before as b on b.community_code = a.community_code
    join community as n on n.community_code = coalesce(a.community_code, b.community_code)
),
compared as (
    select
        if(bool_or(is_not_known_before), null, count(*) filter (is_there_anew)) as opened_count,
        -- What is closed by the end month can't be chosen by what it is then.
        if(
            len($coverage_types::varchar[]) + len($modes::varchar[]) + len($tiers::varchar[]) = 0,
            count(*) filter (is_closed),
            null
        ) as closed_count,
        -- Not known where of nobody it is known how it was governed before and after.
        if(
            bool_and(is_newly_covered is null), null, count(*) filter (is_newly_covered)
        ) as newly_covered_count,
        if(
            bool_and(is_newly_covered is null),
            null,
            count(*) filter (is_newly_covered and is_there_anew)
        ) as newly_covered_opened_count,
        if(
            bool_and(is_newly_covered is null),
            null,
            if(
                count_if(is_newly_covered) = 0,
                0,
                sum(resident_count) filter (is_newly_covered)
            )
        )::bigint as newly_covered_resident_count,
        coalesce(sum(bed_change_count), 0)::bigint as bed_change_count
    from paired
)
select
    -- Before the data begin it is not known what there was.
    if(k.is_known, opened_count, null) as opened_count,
    if(k.is_known, closed_count, null) as closed_count,
    -- Who chooses by coverage or mode at the end chooses by the answer.
    if(k.is_coverage_known, newly_covered_count, null) as newly_covered_count,
    if(k.is_coverage_known, newly_covered_opened_count, null) as newly_covered_opened_count,
    if(k.is_coverage_known, newly_covered_resident_count, null) as newly_covered_resident_count,
    if(k.is_known, bed_change_count, null) as bed_change_count
from compared
cross join (
    select
        bool_or(month = $start_month::date - interval 1 month) as is_known,
        is_known
        and len($coverage_types::varchar[]) <> 1
        and len($modes::varchar[]) = 0 as is_coverage_known
    from community_month
) as k
