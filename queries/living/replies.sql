-- title:  Proposals of the chosen months by the way they came, and whether residents were told
-- grain:  replies_by_town: one row per town
-- grain:  replies_by_month: one row per month
-- grain:  replies_by_town_and_month: one row per town and month
-- grain:  replies_by_channel: one row per channel
-- filters: months, communities
-- column: town_code, month, channel, channel_proposal_count, reply_known_count, replied_count
with raised as (
    select
        community_code,
        date_trunc('month', raised_on)::date as month,
        coalesce(channel, 'unrecorded') as channel,
        channel is not null as is_channel_known,
        is_replied
    from proposal
)
select
    c.town_code,
    p.month,
    p.channel,
    count(*) filter (p.is_channel_known) as channel_proposal_count,
    count(p.is_replied) as reply_known_count,
    count(*) filter (p.is_replied) as replied_count
from raised as p
join chosen_communities as c on c.community_code = p.community_code
where p.month between $start_month and $end_month
group by all
order by all
