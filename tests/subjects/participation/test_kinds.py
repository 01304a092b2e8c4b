"""The kinds' headline names no kind as first that is not, as numbers are written."""

import pandas as pd
import pytest

from dashboard.language import Say
from dashboard.subjects.participation.kinds import most_told


def rows_of(*participants: float | None, codes: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "category": codes,
            "participant_count": pd.array(participants, "Float64"),
            "resident_month_count": 1000.0,
            "month_count": 1,
        }
    )


NAMES = {"arts": "文化", "festival": "节庆", "sport": "体育", "none": "不属任何品牌"}


@pytest.mark.parametrize(
    ("participants", "codes", "told"),
    [
        ((18, 18, 9), ("arts", "festival", "sport"), "到的人最多的：文化、节庆（并列）"),
        # Both are written as 1.8 %.
        ((18, 18.4, 9), ("arts", "festival", "sport"), "到的人最多的：文化、节庆（并列）"),
        ((18, 19, 9), ("arts", "festival", "sport"), "节庆到的人最多"),
        ((18, 90), ("arts", "none"), "文化到的人最多"),
        ((18,), ("arts",), "活动都属文化"),
        ((18,), ("none",), "活动都不属任何一类"),
        ((None, None), ("arts", "sport"), "有的类别人太少或没有数据：各类只列场次"),
    ],
)
def test_the_kind_that_reaches_most_is_named_with_its_equals(
    participants: tuple[float | None, ...], codes: tuple[str, ...], told: str
) -> None:
    assert most_told(Say("zh"), rows_of(*participants, codes=codes), NAMES) == told
