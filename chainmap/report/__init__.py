"""What a report says: the figures of its cover, its lists, and the record of how it was made."""

from __future__ import annotations
