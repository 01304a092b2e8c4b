-- title:  What sources say of the projects named in public
-- grain:  one row per report
-- names:  real projects of a sample too: what sources say of them
-- column: report_code, community_code, name_zh, reported_rooms, reported_beds, reported_residents, reported_opened_on, reported_occupancy_pct, source_title, source_url, published_on, confidence
select
    report_code,
    community_code,
    name_zh,
    reported_rooms,
    reported_beds,
    reported_residents,
    reported_opened_on,
    reported_occupancy_pct,
    source_title,
    source_url,
    published_on,
    confidence
from project_report
order by report_code
