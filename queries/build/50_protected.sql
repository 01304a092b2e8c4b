-- title:  What an instance for outsiders is asked of: keys in the place of persons, rounded counts
-- grain:  each table as the one that it stands for
-- keys:   asks attendances themselves, so not beside roll-ups that were made elsewhere
-- Two schemas stand before the usual one where a query is asked protected. In keyed a count of
-- persons is the sum of their keys. In protected stands what is of persons whom nothing tells
-- apart: counts are multiples of five, right on average, and shares tenths. From five on a count
-- goes up as often as its remainder asks for; below, all do equally often, so that nothing shown
-- tells 1 from 4. The same count of the same place is rounded the same way in every month: no mean
-- of months tells it. What rests on these is made again.
create schema keyed;

create view keyed.participant_rollup as
select * replace (participant_key as participant_count) from main.participant_rollup;

create view keyed.repeat_rollup as
select * replace (participant_key as participant_count) from main.repeat_rollup;

create view keyed.category_rollup as
select * replace (participant_key as participant_count) from main.category_rollup;

create view keyed.cohort_rollup as
select * replace (participant_key as participant_count) from main.cohort_rollup;

create view keyed.spread_rollup as
select * replace (participant_key as participant_count) from main.spread_rollup;

create view keyed.moved_participant_month as
select * replace (participant_key as participant_count) from main.moved_participant_month;

create schema protected;

-- How often a count below five becomes five.
create temporary table small_up as
select
    coalesce(avg(resident_count) filter (resident_count between 1 and 4) / 5, 0.5) as residents,
    coalesce(avg(move_in_count) filter (move_in_count between 1 and 4) / 5, 0.5) as moved_in,
    coalesce(avg(move_out_count) filter (move_out_count between 1 and 4) / 5, 0.5) as moved_out,
    (
        select coalesce(avg(child_count) filter (child_count between 1 and 4) / 5, 0.5)
        from activity
    ) as children,
    (
        select coalesce(avg(attendance_count) filter (attendance_count < 5) / 5, 0.5)
        from activity_attended
    ) as attended,
    (
        select coalesce(avg(club_member_count) filter (club_member_count between 1 and 4) / 5, 0.5)
        from club
    ) as members,
    (
        select coalesce(avg(record_count) filter (record_count between 1 and 4) / 5, 0.5)
        from monthly_record
    ) as recorded,
    (
        select coalesce(avg(vote_count) filter (vote_count between 1 and 4) / 5, 0.5)
        from space_vote
    ) as voted
from occupancy;

create temporary macro drawn(name) as
('0x' || substr(sha256((select secret from cell_secret) || name), 1, 8))::bigint / 4294967296;

create temporary macro rounded(name, counted, up_if_small) as
counted - counted % 5 + if(
    counted % 5 > 0
    and drawn(name || ' ' || counted) < if(counted < 5, up_if_small, (counted % 5) / 5),
    5,
    0
);

create table protected.occupancy as
select
    o.* replace (
        rounded('residents ' || community_code || tier, resident_count, u.residents)
            as resident_count,
        rounded('in ' || community_code || tier, move_in_count, u.moved_in) as move_in_count,
        rounded('out ' || community_code || tier, move_out_count, u.moved_out) as move_out_count
    )
from occupancy as o
cross join small_up as u
order by month, community_code;

create table protected.activity as
select
    x.* replace (rounded('children ' || activity_code, child_count, u.children) as child_count)
from activity as x
cross join small_up as u;

create table protected.club as
select
    k.* replace (
        rounded('members ' || club_code, club_member_count, u.members) as club_member_count
    )
from club as k
cross join small_up as u;

create table protected.monthly_record as
select
    r.* replace (
        rounded('recorded ' || community_code || record_kind, record_count, u.recorded)
            as record_count
    )
from monthly_record as r
cross join small_up as u;

create table protected.space_vote as
select
    v.* replace (
        rounded('votes ' || community_code || voted_on || vote_option, vote_count, u.voted)
            as vote_count,
        rounded('voters ' || community_code || voted_on, voter_count, u.voted) as voter_count
    )
from space_vote as v
cross join small_up as u;

create table protected.belonging_survey as
select
    b.* replace (
        -- Rounding must not make answers more than residents are.
        least(
            rounded('answered ' || b.community_code || b.surveyed_on, b.answered_count, 0.5),
            if(b.answered_count <= r.resident_count, r.rounded_count, null)
        ) as answered_count,
        round(b.mean_score, 1) as mean_score
    )
from belonging_survey as b
left join (
    select
        o.community_code,
        o.month,
        sum(o.resident_count) as resident_count,
        sum(p.resident_count) as rounded_count
    from occupancy as o
    join protected.occupancy as p using (community_code, month, tier)
    group by all
) as r on r.community_code = b.community_code and r.month = date_trunc('month', b.surveyed_on);

create view protected.community as
select * replace (round(youth_share, 1) as youth_share) from main.community;

create view protected.proposal as
select * replace (null::varchar as proposal_text, null::varchar as outcome_text)
from main.proposal;

-- What a user's own files said exactly.
create table protected.qualified_value as
from qualified_value limit 0;

create table protected.restatement as
from restatement limit 0;

update activity_attended
set attendance_count = rounded(
    'attended ' || activity_code, attendance_count, (select attended from small_up)
);

drop table small_up;
