"""Check that personal data are found, masked and made pseudonyms that nobody can undo."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.intake.headings import LOADABLE
from dashboard.intake.personal import (
    is_id_number,
    mask,
    normal_identity,
    personal_content,
    personal_heading,
    pseudonym,
    pseudonym_key,
)
from dashboard.paths import PSEUDONYM_KEY_FILE_VARIABLE, PSEUDONYM_KEY_VARIABLE

KEY = b"0123456789abcdef"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first: str) -> str:
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


ID_NUMBERS = st.builds(
    lambda place, day, serial: with_check_digit(f"{place}{day:%Y%m%d}{serial:03d}"),
    st.integers(110101, 659001),
    st.dates(
        min_value=date(1900, 1, 1),
        max_value=date(2026, 1, 1),
    ),
    st.integers(0, 999),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("姓名", "name"), ("联系人", "name"), ("儿童姓名", "child"), ("年龄", "age"), ("儿童出生日期", "child"), ("家长", "name"), ("提案人", "name"),
        ("身份证号码", "id_number"), ("证件号", "id_number"), ("ID card", "id_number"), ("手机", "phone"),
        ("联系电话", "phone"), ("Mobile phone", "phone"), ("微信号", "wechat"), ("WeChat ID", "wechat"),
        ("E-mail", "email"), ("出生年月", "birth"), ("家庭住址", "address"), ("Name", "name"),
    ],
)  # fmt: skip
def test_headings_of_personal_data_are_known(heading: str, kind: str) -> None:
    assert personal_heading(heading) == kind


def test_no_column_of_the_contract_but_the_participant_sounds_personal() -> None:
    for table in LOADABLE:
        for column in table.columns:
            if column.name not in ("participant_code", "name_zh", "name_en", "resident_count"):
                assert personal_heading(column.field.label.zh) is None, column.name


@given(ID_NUMBERS)
def test_an_id_number_is_known_by_its_check_digit(number: str) -> None:
    assert is_id_number(number)
    assert personal_content(number) == "id_number"
    other = "0" if number[-1] != "0" else "1"
    assert not is_id_number(number[:-1] + other)


@given(
    st.text(alphabet="我们希望小区晚上安静一点，谢谢。abc ", max_size=20),
    st.one_of(ID_NUMBERS, MOBILES),
)
def test_a_number_within_a_text_is_masked(text: str, number: str) -> None:
    masked, count = mask(f"{text}：{number}，{text}")
    assert number not in masked
    assert count >= 1


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("联系13812345678", "13812345678"), ("电话 138 1234 5678", "5678"), ("+86-138-1234-5678", "1234"),
        ("身份证11010519491231002x", "1231002"), ("微信：nihao_123", "nihao_123"), ("加我wxid_abcdef123", "abcdef123"),
        ("邮箱zhang.san@example.com", "zhang.san"), ("座机021-64120000", "64120000"), ("联系人：诸葛孔明", "诸葛孔明"),
        ("１３８１２３４５６７８", "５６７８"), ("张先生反映", "张"),
    ],
)  # fmt: skip
def test_what_is_personal_in_a_text_is_masked(text: str, secret: str) -> None:
    masked, count = mask(text)
    assert secret not in masked
    assert "12345678" not in masked
    assert count >= 1


@pytest.mark.parametrize(
    "text",
    ["880间", "2024年9月30日", "310112101-001", "500张床", "春申路1888弄", "HD-20260110-001"],
)
def test_what_is_nobodys_is_left(text: str) -> None:
    assert mask(text) == (text, 0)


SURNAMES = st.sampled_from(
    [*"王李张刘陈杨赵吴周徐孙胡朱郭何林罗郑梁谢宋唐许韩冯邓曹", "欧阳", "诸葛"]
)
GIVEN = st.text(
    alphabet="伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂建国文华", min_size=1, max_size=2
)


@given(SURNAMES, GIVEN, st.sampled_from([
    "昨天{}先生来电，说班车太少", "门禁坏了，{}阿姨进不去", "请转告{}师傅", "听{}同学讲起",
    "我叫{}，住在三楼", "联系人：{}，晚上联系", "住户{}反映电梯异响", "提案人: {}",
    "{}女士和家人", "业主{}投诉噪音", "名叫{}。",
]))  # fmt: skip
def test_a_name_with_a_word_that_tells_it_is_masked(family: str, given: str, text: str) -> None:
    masked, count = mask(text.format(family + given))
    assert family + given not in masked
    assert given not in masked.replace(text.format(""), "")
    assert count >= 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3号楼502室漏水", "3号楼〔已隐去〕漏水"), ("找小王登记", "找〔已隐去〕登记"),
        ("欧阳建国昨天来过", "〔已隐去〕天来过"), ("王小明反映路灯不亮", "〔已隐去〕反映路灯不亮"),
    ],
)  # fmt: skip
def test_what_is_masked_is_the_person_and_the_rest_stays(text: str, left: str) -> None:
    assert mask(text)[0] in (left, left.replace("〔已隐去〕天", "〔已隐去〕昨天"))


@pytest.mark.parametrize(
    "text",
    [
        "希望增设班车，方便大家上下班", "电梯经常停运，老年人出行不便", "建议小区夜间关闭音响",
        "高层住户反映水压不足", "小范围试点后再推广", "马桥镇反映停车难", "周边居民投诉噪音",
        "小高层的门禁坏了", "党支部书记接待日改到周五", "社区主任每周接待", "电瓶车充电桩不够",
        "物业经理更换后服务变好", "共享单车乱停，希望管理", "宿舍热水供应时间太短",
    ],
)  # fmt: skip
def test_ordinary_proposals_are_left_as_they_are(text: str) -> None:
    assert mask(text) == (text, 0)


def test_a_communitys_name_is_no_persons() -> None:
    assert mask("小王庄公寓", is_prose=False) == ("小王庄公寓", 0)
    assert mask("张先生13812345678", is_prose=False)[1] == 2


@given(st.text())
def test_masking_never_fails_and_is_done_once(text: str) -> None:
    masked, _ = mask(text)
    assert mask(masked)[0] == masked


def test_the_same_person_has_the_same_pseudonym_however_written() -> None:
    ways = ["13812345678", "138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８"]
    assert len({pseudonym(normal_identity("phone", way), KEY) for way in ways}) == 1
    # A name that ends in a year is no number, and not another's.
    assert normal_identity("phone", "zhang1990") != normal_identity("phone", "li1990")
    assert normal_identity("phone", "Tel:13812345678") == normal_identity("phone", "13812345678")
    upper, lower = (
        normal_identity("id_number", way) for way in ("11010519491231002X", "11010519491231002x")
    )
    assert pseudonym(upper, KEY) == pseudonym(lower, KEY)


@given(st.text(min_size=1), st.text(min_size=1))
def test_pseudonyms_hang_on_the_person_and_on_the_key(one: str, other: str) -> None:
    assert 0 <= pseudonym(one, KEY) < 2**63
    assert (pseudonym(one, KEY) == pseudonym(other, KEY)) == (one == other)
    assert pseudonym(one, KEY) != pseudonym(one, KEY[::-1])


def test_the_key_is_made_once_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys" / "pseudonym.key"
    monkeypatch.delenv(PSEUDONYM_KEY_VARIABLE, raising=False)
    monkeypatch.setenv(PSEUDONYM_KEY_FILE_VARIABLE, str(file))
    key = pseudonym_key()
    assert len(key) == 32
    assert pseudonym_key() == key
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)
        with pytest.raises(Problem, match="chmod 600"):
            pseudonym_key()
    monkeypatch.setenv(PSEUDONYM_KEY_VARIABLE, "short")
    with pytest.raises(Problem, match="too short"):
        pseudonym_key()
    monkeypatch.setenv(PSEUDONYM_KEY_VARIABLE, "long enough for a key")
    assert pseudonym_key() == b"long enough for a key"


@pytest.mark.parametrize("content", [b"no hexadecimal digits", "密钥".encode(), b"", b"\xff\xfe"])
def test_a_key_file_that_holds_no_key_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    file = tmp_path / "pseudonym.key"
    file.write_bytes(content)
    file.chmod(0o600)
    monkeypatch.delenv(PSEUDONYM_KEY_VARIABLE, raising=False)
    monkeypatch.setenv(PSEUDONYM_KEY_FILE_VARIABLE, str(file))
    with pytest.raises(Problem, match="no key in hexadecimal"):
        pseudonym_key()


def test_a_key_file_inside_a_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "keys" / "pseudonym.key"
    monkeypatch.delenv(PSEUDONYM_KEY_VARIABLE, raising=False)
    monkeypatch.setenv(PSEUDONYM_KEY_FILE_VARIABLE, str(file))
    with pytest.raises(Problem, match="inside a repository"):
        pseudonym_key()
    assert not file.exists()


def test_a_key_file_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.delenv(PSEUDONYM_KEY_VARIABLE, raising=False)
    monkeypatch.setenv(PSEUDONYM_KEY_FILE_VARIABLE, str(tmp_path / "taken" / "pseudonym.key"))
    with pytest.raises(Problem, match="can't be read or made"):
        pseudonym_key()
