-- title:  Published figures with their sources
-- grain:  one row per figure and source
-- column: figure_id, subject, published_measure, published_value, published_unit, qualifier, as_of, place, source_title, source_url, published_on, confidence, note
select
    figure_id, subject, published_measure, published_value, published_unit, qualifier, as_of,
    place, source_title, source_url, published_on, confidence, note
from published_figure
order by figure_id
