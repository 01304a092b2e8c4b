-- title:  What of each named community is published; the rest is estimated
-- grain:  one row per community
-- column: community_code, published_columns
select community_code, published_columns
from community_published
order by community_code
