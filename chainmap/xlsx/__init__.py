"""Workbooks: read them with suspicion, write them styled; the only place that knows openpyxl.

Reading does not use openpyxl (see docs/adr/0006): a stream parser with hard limits reads the
few parts that hold text, so a hostile workbook costs bounded memory and its number formats,
merged areas and missing formula results are all seen in one pass.
"""

import os

# openpyxl writes other bytes where lxml happens to be installed; the same answer is the same file
os.environ["OPENPYXL_LXML"] = "False"

from chainmap.xlsx.read import Limits, SheetText, WorkbookText, read_workbook

__all__ = ["Limits", "SheetText", "WorkbookText", "read_workbook"]
