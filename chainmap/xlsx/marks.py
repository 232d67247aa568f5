"""Words that the written workbooks and the import agree on."""

from __future__ import annotations

EXAMPLE_MARK = "示例行"
"""A data row whose first filled cell begins so is an example of the template, not data."""

NOTES_SHEET = "说明"
"""The sheet beside the data that explains the template or a list."""

LIST_SHEET = "问题清单"
"""The sheet that marking a workbook adds."""
