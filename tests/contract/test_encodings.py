"""Check that texts decoded wrongly are told from those that are only rare."""

import pytest

from dashboard.contract.encodings import is_garbled

SIMPLIFIED = ["希望增设接驳班车并延长夜间照明", "颛桥莘庄闵行", "颛桥镇珺悦公寓璟庭梓祺昊轩彧玥", "是否", "plain"]  # fmt: skip
TRADITIONAL = ["希望增設接駁班車並延長夜間照明", "樓下垃圾站異味嚴重請增加清運次數並安裝監控"]


@pytest.mark.parametrize("text", [*SIMPLIFIED, *TRADITIONAL])
def test_sound_texts_are_sound(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize("text", TRADITIONAL)
def test_big5_taken_for_gb18030_is_garbled(text: str) -> None:
    assert is_garbled(text.encode("big5").decode("gb18030"))


@pytest.mark.parametrize("text", [*SIMPLIFIED[:3], *TRADITIONAL])
def test_utf_8_taken_for_gb18030_is_garbled(text: str) -> None:
    assert is_garbled(text.encode().decode("gb18030", "ignore"))


@pytest.mark.parametrize("cell", ["希望增设公交", "马桥", "增加清运次数"])
def test_one_cell_in_utf_8_among_many_is_garbled(cell: str) -> None:
    rows = "编号,社区,内容\nA-1,春申人才公寓,希望车棚加灯\n" * 200
    broken = (rows + "A-2,春申人才公寓,").encode("gb18030") + cell.encode() + b"\n"
    assert is_garbled(broken.decode("gb18030", "replace"))
    assert not is_garbled(rows)
