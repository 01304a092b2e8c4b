"""Names without an English form can be read in English too."""

import pandas as pd

from dashboard.insight.names import operator_names
from dashboard.language import Say

NAMES = pd.Series(["示例运营方甲", "华润有巢", "9号楼公寓"])


def test_chinese_names_stay_as_they_are():
    assert operator_names(NAMES, Say("zh")) == NAMES.tolist()


def test_in_english_they_are_spelled():
    assert operator_names(NAMES, Say("en")) == [
        "Sample operator Jia", "Hua Run You Chao", "9 Hao Lou Gong Yu",
    ]  # fmt: skip
