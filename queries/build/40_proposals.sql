-- title:  Roll-up: what became of each proposal
-- grain:  one row per proposal
create table proposal_state as
with followed as (
    -- A proposal is followed until the data end, or until its community leaves the list.
    select
        p.*,
        least(l.last_day, coalesce((c.closed_on - 1)::date, l.last_day)) as followed_to
    from proposal as p
    join community as c on c.community_code = p.community_code
    cross join (select last_day(max(month)) as last_day from recorded_month) as l
),
outcomes as (
    -- A reopened proposal counts as open; the day it was reopened is not recorded.
    select
        *,
        settled_on is not null and settled_on <= followed_to and not is_reopened as is_settled
    from followed
),
durations as (
    select
        *,
        greatest(if(is_settled, settled_on, followed_to) - accepted_on, 0)::bigint as day_count
    from outcomes
)
select
    proposal_code,
    community_code,
    proposal_category,
    need,
    stage,
    responsible_unit,
    date_trunc('month', raised_on)::date as month,
    accepted_on,
    settled_on,
    is_reopened,
    coalesce(is_settled, false) as is_settled,
    day_count,
    -- Assumptions: acceptance is prompt within 3 days, settling in time within 14 days; 14 is
    -- taken from one published case. Only who was followed for 14 days can be judged by them.
    coalesce(accepted_on - raised_on <= 3, false) as is_prompt,
    coalesce(followed_to - accepted_on >= 14, false) as is_followed,
    coalesce(followed_to - accepted_on >= 14 and is_settled and day_count <= 14, false)
        as is_in_time
from durations
order by month, community_code;
