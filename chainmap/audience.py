"""For whom a file is written: the bureau itself, or anybody outside it (ADR 0010)."""

from __future__ import annotations

INTERNAL = "内部"
EXTERNAL = "外发"
AUDIENCES = (INTERNAL, EXTERNAL)
