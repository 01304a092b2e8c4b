-- title:  Votes on spaces up to the end month's end, option by option
-- grain:  one row per community, day of voting, question and option
-- filters: end month, communities
-- column: community_code, town_code, voted_on, vote_question, vote_option, vote_count, voter_count
select
    v.community_code,
    c.town_code,
    v.voted_on,
    v.vote_question,
    v.vote_option,
    v.vote_count,
    v.voter_count
from space_vote as v
join chosen_communities as c on c.community_code = v.community_code
where v.voted_on <= last_day($end_month::date)
order by v.community_code, v.voted_on, v.vote_question, v.vote_option
