"""Columns on a cluster are recognised, and persons become pseudonyms, as on a load."""

from datetime import date
from pathlib import Path
from socket import gethostname

import pytest

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY, ATTENDANCE
from dashboard.intake.personal import normal_identity, pseudonym
from dashboard.intake.persons import written
from dashboard.rollups.people import key_there, pseudonym_maker
from dashboard.rollups.sources import recognised

KEY = bytes(range(32))
TODAY = date(2026, 1, 15)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "pseudonym.key"
    file.write_text(KEY.hex(), encoding="ascii")
    file.chmod(0o600)
    return file


def test_columns_are_known_by_name_by_label_and_by_the_mapping() -> None:
    mapping = {"x": {"table": "attendance", "columns": {"act": "activity_code", "flag": ""}}}
    found = recognised(
        ATTENDANCE, ["act", "flag", "is_resident", "备注", "手机号", "姓名"], mapping
    )
    assert found.columns == {"activity_code": "act", "is_resident": "is_resident"}
    # Who somebody is, is asked in the order of a load; remarks may say that it is a child.
    assert found.persons == [("phone", "手机号"), ("name", "姓名"), ("note", "备注")]
    labels = [column.field.label.zh for column in ACTIVITY.columns]
    assert set(recognised(ACTIVITY, labels, {}).columns) == {c.name for c in ACTIVITY.columns}


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(Problem, match="no column is_resident, participant_code; there are: act"):
        recognised(
            ATTENDANCE,
            ["act"],
            {"x": {"table": "attendance", "columns": {"act": "activity_code"}}},
        )
    with pytest.raises(Problem, match="no column elsewhere"):
        recognised(
            ATTENDANCE,
            ["activity_code", "is_resident", "participant_code"],
            {"x": {"table": "attendance", "columns": {"elsewhere": "is_resident"}}},
        )


def test_pseudonyms_are_the_products_own(secret: Path) -> None:
    made = pseudonym_maker(["pseudonym", "id_number", "phone", "note"], TODAY, str(secret))
    ours = pseudonym("phone:13912345678", KEY)
    assert made(None, None, "+86 139-1234-5678", None) == (ours, None)
    assert made(written(ours), None, "", "") == (ours, None)
    number = "310112199001010018"
    assert made(None, number, None, None)[0] == pseudonym(normal_identity("id_number", number), KEY)
    assert made(None, None, "13912345678", "8岁") == (None, None)
    assert made(None, None, "139****5678", None) == (None, "masked")
    assert made(None, None, None, None) == (None, "blank")


def test_a_key_that_others_can_read_is_refused_on_the_worker(secret: Path) -> None:
    host, *nothing, mark = key_there(str(secret))
    assert host == gethostname()
    assert nothing == [None, None]
    assert mark is not None
    assert mark not in KEY.hex()
    other = secret.with_name("other.key")
    other.write_text(KEY[::-1].hex(), encoding="ascii")
    other.chmod(0o600)
    assert key_there(str(other))[-1] not in (mark, None)
    secret.chmod(0o644)
    *_, told, none = key_there(str(secret))
    assert none is None
    assert "can be read by others" in str(told)
