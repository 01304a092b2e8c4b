-- title:  Belonging by each community's latest survey within the year up to the end month's end
-- grain:  belonging_by_town: one row per town
-- grain:  belonging_by_community: one row per community
-- filters: end month, communities
-- column: community_code, town_code, answered_count, score_sum, surveyed_community_count, doubtful_survey_count
with latest as (
    select
        b.*,
        -- From 0, the lowest score, to 1, the highest, whatever the scale.
        b.answered_count * (b.mean_score - 1) / (b.score_scale - 1) as score_sum,
        -- More answers than residents: told, and in no mean.
        coalesce(b.answered_count > s.resident_count, false) as is_doubtful
    from belonging_survey as b
    left join community_month as s
        on s.community_code = b.community_code and s.month = date_trunc('month', b.surveyed_on)
    where
        b.surveyed_on <= last_day($end_month::date)
        and b.surveyed_on > last_day(($end_month::date - to_months(12))::date)
    qualify row_number() over (partition by b.community_code order by b.surveyed_on desc) = 1
)
select
    c.community_code,
    c.town_code,
    coalesce(sum(b.answered_count) filter (not b.is_doubtful), 0)::bigint as answered_count,
    coalesce(sum(b.score_sum) filter (not b.is_doubtful), 0) as score_sum,
    count(*) filter (not b.is_doubtful) as surveyed_community_count,
    count(*) filter (b.is_doubtful) as doubtful_survey_count
from latest as b
join chosen_communities as c on c.community_code = b.community_code
group by all
order by all
