-- title:  What of each named community is published; the rest is estimated
-- grain:  one row per community
-- names:  real projects of a sample too: it says what of them is not invented
-- column: community_code, published_columns, published_as
select community_code, published_columns, published_as
from community_published
order by community_code
