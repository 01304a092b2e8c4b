"""An address comes back as it was written, and what is wrong in it is said and left out."""

import time
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.indicators import BY_TOWN
from dashboard.figures.address import (
    Address,
    Choice,
    read_address,
    with_choice,
    with_filters,
)

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

MONTHS = [date(2024, month, 1) for month in range(1, 13)] + [date(2025, 1, 1), date(2025, 2, 1)]
TOWNS = ["310112001", "310112101", "310112114", "310112501"]
DEFAULT = Address("zh", default_filters(MONTHS))


def read(**parameters):
    """Read parameters; ``from`` is spelled ``from_`` here, as Python keeps that word."""
    named = {name.rstrip("_"): text for name, text in parameters.items()}
    return read_address(named, months=MONTHS, town_codes=TOWNS)


def chosen_of(codes):
    return st.lists(st.sampled_from(sorted(codes)), unique=True).map(tuple)


spans = st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(sorted)
addresses = st.builds(
    lambda language, span, indicator, tiles, **chosen: Address(
        language, Filters(*span, **chosen), indicator, tiles
    ),
    st.sampled_from(["zh", "en"]),
    spans,
    st.sampled_from([each.code for each in BY_TOWN]),
    st.booleans(),
    town_codes=chosen_of(TOWNS),
    coverage_types=chosen_of(["committee", "grid"]),
    modes=chosen_of(["1", "2", "3", "4", "5", "none"]),
    tiers=chosen_of(["flat", "room", "bed"]),
    is_home=st.sampled_from([None, True, False]),
)


# Writing and reading ----------------------------------------------------------------------


@unhurried
@given(addresses)
def test_what_was_written_is_read_back_without_a_notice(address):
    written = address.written(MONTHS)
    assert read_address(written, months=MONTHS, town_codes=TOWNS) == (address, [])


@unhurried
@given(addresses)
def test_nothing_empty_is_written(address):
    assert all(address.written(MONTHS).values())


def test_defaults_are_not_written():
    assert DEFAULT.written(MONTHS) == {}


def test_an_empty_address_is_the_default():
    assert read() == (DEFAULT, [])


def test_everything_is_written_short():
    filters = Filters(
        date(2024, 1, 1),
        date(2024, 3, 1),
        tuple(TOWNS[:2]),
        ("grid",),
        ("1", "none"),
        ("bed",),
        False,
    )
    assert Address("en", filters, "reach", True).written(MONTHS) == {
        "lang": "en",
        "from": "2024-01",
        "to": "2024-03",
        "town": "310112001,310112101",
        "coverage": "grid",
        "mode": "1,none",
        "tier": "bed",
        "home": "0",
        "map": "reach",
        "shape": "tiles",
    }


def test_defaults_spelled_out_are_read_silently():
    address, notices = read(
        lang="zh", from_="2024-12", to="2025-02", map="committee_coverage", shape="map"
    )
    assert (address, notices) == (DEFAULT, [])


@pytest.mark.parametrize("name", ["lang", "from_", "to", "town", "home", "map", "shape", "mode"])
def test_an_empty_value_means_the_default(name):
    assert read(**{name: ""}) == (DEFAULT, [])


def test_duplicates_are_read_once():
    address, notices = read(town="310112101,310112001,310112101", tier="bed,bed")
    assert address.filters.town_codes == ("310112101", "310112001")
    assert address.filters.tiers == ("bed",)
    assert notices == []


# What is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lang", "fr"),
        ("town", "310112999"),
        ("town", "莘庄镇"),
        ("coverage", "none"),
        ("mode", "6"),
        ("tier", "house"),
        ("home", "yes"),
        ("map", "nothing"),
        ("shape", "globe"),
        ("from_", "2023-12"),
        ("from_", "2025-03"),
        ("from_", "2025-13"),
        ("from_", "2024-05-01"),
        ("to", "yesterday"),
        ("to", "2026-01"),
        ("lang", "zh,en"),
        ("home", "0,1"),
        ("map", "reach,communities"),
    ],
)
def test_a_wrong_value_is_left_out_and_said_in_a_sentence_in_both_languages(name, text):
    address, (notice,) = read(**{name: text})
    assert address == DEFAULT
    for sentence, end in ((notice.zh, "已略过。"), (notice.en, "left out.")):
        assert f"{name.rstrip('_')}={text}" in sentence
        assert sentence.endswith(end)


def test_known_values_stay_where_a_wrong_one_is_left_out():
    address, notices = read(town="310112101,nowhere,310112114")
    assert address.filters.town_codes == ("310112101", "310112114")
    assert len(notices) == 1


def test_every_wrong_value_is_said_once():
    _, notices = read(town="x,y,x", mode="9", from_="never", lang="fr")
    assert sorted(notice.en.split(", ")[0] for notice in notices) == [
        "The address says from=never",
        "The address says lang=fr",
        "The address says mode=9",
        "The address says town=x,y",
    ]


@pytest.mark.parametrize("name", ["town", "from_", "map", "tier"])
def test_an_address_full_of_nonsense_is_told_in_one_short_sentence(name):
    started = time.perf_counter()
    _, (notice,) = read(**{name: ",".join(f"nonsense-{number}" for number in range(10_000))})
    assert time.perf_counter() - started < 1
    assert len(notice.zh) < 300
    assert len(notice.en) < 300


def test_of_many_wrong_values_the_number_is_told():
    _, (notice,) = read(town=",".join(str(number) for number in range(10)))
    assert "town=0,1,2 等 10 个值" in notice.zh
    assert "town=0,1,2 and 7 more" in notice.en


def test_a_month_outside_the_data_is_told_the_months_there_are():
    _, (notice,) = read(from_="2019-01")
    assert "2024-01 至 2025-02" in notice.zh
    assert "2024-01 to 2025-02" in notice.en


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{0.__class__}", "%s", "'; drop table town; --"]
)
def test_what_looks_like_code_stays_text(text):
    address, (notice,) = read(town=text)
    assert address == DEFAULT
    assert f"town={text}" in notice.zh
    assert f"town={text}" in notice.en


@unhurried
@given(st.dictionaries(st.sampled_from(["lang", "from", "to", "town", "home", "map"]), st.text()))
def test_no_address_breaks_the_page(parameters):
    address, _ = read_address(parameters, months=MONTHS, town_codes=TOWNS)
    assert read_address(address.written(MONTHS), months=MONTHS, town_codes=TOWNS) == (address, [])


# Months -----------------------------------------------------------------------------------


def span_of(**parameters):
    address, notices = read(**parameters)
    return address.filters.start_month, address.filters.end_month, len(notices)


def test_both_ends_are_read():
    assert span_of(from_="2024-03", to="2024-05") == (date(2024, 3, 1), date(2024, 5, 1), 0)


def test_a_first_month_after_the_last_is_said_and_the_last_alone_is_shown():
    assert span_of(from_="2024-05", to="2024-03") == (date(2024, 3, 1), date(2024, 3, 1), 1)
    _, (notice,) = read(from_="2024-05", to="2024-03")
    assert "2024-05 晚于终止月 2024-03" in notice.zh
    assert "2024-05 is after the last 2024-03" in notice.en


def test_only_a_last_month_before_the_default_first_shows_that_month():
    assert span_of(to="2024-03") == (date(2024, 3, 1), date(2024, 3, 1), 0)


def test_only_a_first_month_after_the_default_first_shortens_the_window():
    assert span_of(from_="2025-02") == (date(2025, 2, 1), date(2025, 2, 1), 0)


def test_a_stale_first_month_is_said_once_beside_an_early_last():
    assert span_of(from_="2019-01", to="2024-03") == (date(2024, 3, 1), date(2024, 3, 1), 1)


def test_a_stale_last_month_leaves_the_first():
    assert span_of(from_="2024-03", to="2030-01") == (date(2024, 3, 1), date(2025, 2, 1), 1)


# Changing ---------------------------------------------------------------------------------


def test_filters_are_changed_and_the_rest_stays():
    english = replace(DEFAULT, language="en", tiles=True)
    changed = with_filters(english, town_codes=("310112101",), is_home=True)
    assert (changed.filters.town_codes, changed.filters.is_home) == (("310112101",), True)
    assert (changed.language, changed.tiles) == ("en", True)
    assert changed.filters.end_month == DEFAULT.filters.end_month


# A page's own choices ---------------------------------------------------------------------

GRAIN = Choice("grain", ("town", "community", "month"))
VIEW = Choice("view", ("map", "table"))


def read_choices(**parameters):
    return read_address(
        parameters, months=MONTHS, town_codes=TOWNS,
        community_codes=frozenset({"310112112-001"}), choices=(GRAIN, VIEW),
    )  # fmt: skip


def test_a_choice_is_the_first_unless_the_address_says_another():
    address, notices = read_choices(grain="month")
    assert (address.choice(GRAIN), address.choice(VIEW), notices) == ("month", "map", [])


def test_a_choice_is_written_unless_it_is_the_first():
    address, _ = read_choices()
    chosen = with_choice(address, GRAIN, "community")
    assert chosen.written(MONTHS) == {"grain": "community"}
    assert with_choice(chosen, GRAIN, "town").written(MONTHS) == {}
    assert read_choices(**chosen.written(MONTHS)) == (chosen, [])


def test_an_unknown_choice_is_said_and_the_first_stands():
    address, notices = read_choices(grain="street", view="table")
    assert (address.choice(GRAIN), address.choice(VIEW)) == ("town", "table")
    assert ["grain=street" in notice.en for notice in notices] == [True]


def test_a_community_is_read_and_an_unknown_one_is_said():
    address, notices = read_choices(community="310112112-001,310112112-999")
    assert address.filters.community_codes == ("310112112-001",)
    assert address.written(MONTHS) == {"community": "310112112-001"}
    assert ["community=310112112-999" in notice.en for notice in notices] == [True]


def test_a_choice_of_text_is_as_long_as_it_says_and_what_is_cut_of_a_long_one_is_told():
    short, long = Choice("short", ()), Choice("long", (), 100)
    given = {"short": "a" * 70, "long": "a" * 100}
    read = partial(read_address, months=MONTHS, town_codes=TOWNS, choices=(short, long))
    address, notices = read(given)
    assert [len(address.choice(each)) for each in (short, long)] == [60, 100]
    assert notices == []
    address, (notice,) = read({"long": "a" * 101})
    assert len(address.choice(long)) == 100
    assert "long" in notice.zh
    assert "100 letters as long" in notice.en


@unhurried
@given(st.lists(st.text("ab.2", min_size=1, max_size=9), max_size=20))
def test_a_list_too_long_is_cut_between_its_entries(entries):
    choice = Choice("long", (), 70, "~")
    text = "~".join(entries)
    address, notices = read_address(
        {"long": text}, months=MONTHS, town_codes=TOWNS, choices=(choice,)
    )
    kept = address.choice(choice).split("~") if address.choice(choice) else []
    assert kept == entries[: len(kept)]
    assert len(address.choice(choice)) <= 70
    assert len("~".join(entries[: len(kept) + 1])) > 70 or kept == entries
    assert len(notices) == (len(text) > 70)
