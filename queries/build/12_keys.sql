-- title:  The key of each person: stands while a warehouse is built
-- grain:  one row per resident participant
-- keys:   asks attendances themselves, so not beside roll-ups that were made elsewhere
create temporary table key_of as
select
    participant_code,
    ('0x' || substr(sha256((select secret from cell_secret) || participant_code), 1, 4))::integer
        as participant_key
from (select distinct participant_code from attendance where is_resident);
