"""What one types finds the place that is meant, before all others."""

import pytest

from dashboard.subjects.profile.finding import Place, find, plain

PLACES = [
    Place("maqiao", ("马桥镇", "Maqiao Town", "马桥"), rank=1),
    Place("xinzhuang", ("莘庄镇", "Xinzhuang Town", "莘庄"), rank=1),
    Place("hongqiao", ("虹桥镇", "Hongqiao Town", "虹桥"), rank=1),
    Place("youchao", ("有巢马桥", "Youtha Maqiao", "有巢国际公寓社区上海马桥AI店", "华润有巢社区")),
    Place("longhu", ("龙湖冠寓", "Longfor Goyoo Zhuanqiao")),
    Place("lexian", ("虹桥乐贤居", "Hongqiao Lexianju")),
    Place("zhonghang", ("中航公寓", "Zhonghang Apartments", "小哥楼", "骑手楼")),
    Place("sample-1", ("示例社区·马桥-01", "Maqiao-01 (sample)"), rank=2),
    Place("sample-2", ("示例社区·马桥-02", "Maqiao-02 (sample)"), rank=2),
]


def found(text: str) -> list[str]:
    return [place.key for place in find(text, PLACES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("有巢马桥", ["youchao"]),
        ("巢", ["youchao"]),
        ("龙湖", ["longhu"]),
        ("youchao", ["youchao"]),
        ("YouChao MaQiao", ["youchao"]),
        ("youcha", ["youchao"]),
        ("yc", ["youchao"]),
        ("ycmq", ["youchao"]),
        ("ychao马q", ["youchao"]),
        ("longhugy", ["longhu"]),
        ("guanyu", ["longhu"]),
        ("Longfor", ["longhu"]),
        # 莘 and 乐 are read in two ways each.
        ("xinzhuang", ["xinzhuang"]),
        ("shenzhuang", ["xinzhuang"]),
        ("lexian", ["lexian"]),
        ("lxj", ["lexian"]),
        ("骑手楼", ["zhonghang"]),
        ("qsl", ["zhonghang"]),
        ("马桥０２", ["sample-2"]),
        ("mq-02", ["sample-2"]),
    ],
)
def test_a_place_is_found_in_every_way_of_writing_it(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_whole_name_comes_before_a_beginning_and_that_before_a_middle() -> None:
    assert found("马桥") == ["maqiao", "youchao", "sample-1", "sample-2"]
    assert found("虹桥") == ["hongqiao", "lexian"]
    assert found("hongqiao") == ["hongqiao", "lexian"]


def test_who_is_gone_comes_last_however_well_found() -> None:
    gone = Place("gone", ("马桥",), rank=0, is_gone=True)
    assert [place.key for place in find("马桥", [gone, *PLACES])][-1] == "gone"


def test_equally_good_ones_come_by_rank_and_then_by_key() -> None:
    assert found("桥")[:4] == ["lexian", "youchao", "hongqiao", "maqiao"]
    assert found("示例") == ["sample-1", "sample-2"]


def test_slips_are_forgiven_where_nothing_is_spelt_so() -> None:
    assert found("youchoa") == ["youchao"]
    assert found("lonhu") == ["longhu"]


@pytest.mark.parametrize("text", ["", "  ", "！·-", "zzzz", "qx", "巢有", "呼和浩特"])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_initials_may_not_skip_a_character() -> None:
    assert found("ymq") == []


def test_plain_keeps_letters_and_digits_alone() -> None:
    assert plain(" Ａ-示例·０1（x） ") == "a示例01x"
