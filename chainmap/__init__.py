"""chainmap: workbooks of an investment promotion bureau as one graph that answers."""

from __future__ import annotations

__version__ = "0.1.0"
