"""Write the workbook that ``files/old.xls`` was converted from: formulas not calculated yet."""

import sys
from datetime import datetime

import openpyxl

HEAD = [
    "社区代码", "月份", "房源层次", "房源", "建成供应", "可租", "已租", "可住人数", "入住居民", "迁入", "迁出",
]  # fmt: skip
JANUARY, DECEMBER = datetime(2026, 1, 31), datetime(2025, 12, 31)
ROWS = [
    ["310112001-001", JANUARY, "一间房", 880, 880, 860, "８００", "1,760", "约1000", 20, 15],
    ["310112001-001", DECEMBER, "一间房", 880, 880, 860, "=1/0", 1760, 1000, 20, 15],
    ["310112001-002", JANUARY, "一间房", "=10*2", 20, 20, "=VLOOKUP(99,D3:E4,1,FALSE)", 40, 20, 1, 1],
    ["310112001-003", JANUARY, "一间房", "=NOTAFUNCTION(1)", 20, 20, 18, 40, 20, 1, 1],
    ["合计", "", "", 1800],
]  # fmt: skip


def write(to: str) -> None:
    """Write it; the second sheet is hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "入住月报"
    sheet["A1"] = "闵行区新型居住社区入住月报"
    sheet.merge_cells("A1:K1")
    for row in (HEAD, *ROWS):
        sheet.append(row)
    for number in range(3, 7):
        sheet.cell(number, 2).number_format = "yyyy-mm-dd"
    hidden = book.create_sheet("隐藏")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.save(to)


if __name__ == "__main__":
    write(sys.argv[1])
