"""Pages the director sees: each is one self-contained HTML file that opens without a network."""

from __future__ import annotations
