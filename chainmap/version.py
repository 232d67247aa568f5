"""The version, where every floor may read it (the package's facade lies above all floors)."""

from __future__ import annotations

__version__ = "0.1.0"
