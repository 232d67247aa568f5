"""Free text split into phrases that can be looked up as they stand.

The one choice: nothing is guessed here. A phrase links when it is a product's name or alias
after normalisation; everything else is counted, listed, and left to the trained linker.
"""

from __future__ import annotations

import re

from chainmap.names import product_key, split_list

_TAIL = re.compile(r"(?:等产品|等系列产品|等)$")
_NUMBERING = re.compile(r"^(?:[（(]?\d{1,2}[）).、\uff0e]|[①-⑳])\s*")
_STOPS = re.compile(r"[。]")


def split_phrases(text: str) -> tuple[str, ...]:
    """Split a cell of main products into phrases, numbering and a trailing 等 dropped.

    >>> split_phrases("1.碳酸锂；2.氢氧化锂等。")
    ('碳酸锂', '氢氧化锂')
    """
    parts = (
        _TAIL.sub("", _NUMBERING.sub("", part.strip())).strip()
        for part in split_list(_STOPS.sub("；", text))
    )
    return tuple(dict.fromkeys(part for part in parts if part))


def phrase_key(phrase: str) -> str:
    """Return the form in which a phrase is looked up among names and aliases."""
    return product_key(phrase)
