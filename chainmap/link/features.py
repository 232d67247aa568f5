"""What speaks for and against a phrase meaning an entry: numbers with names and fixed signs.

The one choice: what the phrase says beyond the name, what the name says beyond the phrase, and
where each says something else, are three features and not one. 高纯铜 is 铜, 铜 need not be 高纯铜,
and 铁粉 is no 铜粉, though each pair differs in a word that counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainmap.link.shapes import Shapes, common_start, count_missing

if TYPE_CHECKING:
    from chainmap.link.grams import Floats, Ints
    from chainmap.link.shapes import Bits

FEATURES = (
    "name_cosine", "phrase_covered", "name_covered", "exact", "same_head", "same_tail",
    "ends_with_name", "begins_with_name", "phrase_inside", "weak_name", "definition_cosine",
    "definition_covers", "word_cosine", "word_covered", "word_head", "long_name",
    "one_char_other", "one_char_short", "other_letters", "longer_by", "other_end", "other_front",
    "name_then_more", "missing_characters", "known_otherwise", "head_known_otherwise",
    "more_trade", "less_trade", "other_trade",
    "more_substance", "less_substance", "other_substance",
    "more_state", "less_state", "other_state", "meaning",
)  # fmt: skip
"""What speaks for or against an entry; all between 0 and 1.

``name_*``, ``phrase_*``: n-grams shared with the best spelling of the entry; ``same_head`` and
``same_tail``: common characters at the front and at the end, as a share of the shorter one;
``definition_*``: against the definition; ``word_*``: after trade words were replaced by the words
that catalogues use; ``long_name``: characters of the name, eighths, since a long name is rarely met
by chance; ``one_char_other`` and ``one_char_short``: all but one character (not the first) is the
same, or the phrase lacks one; ``other_letters``: latin letters or digits that contradict;
``longer_by``: what the phrase says beyond the name; ``other_end`` and ``other_front``: the last
characters differ, or the first ones of the same end; ``name_then_more``: the whole name, and then
another head (隔膜 in 隔膜涂覆机); ``missing_characters``: share of the name's characters that the
phrase does not have; ``known_otherwise`` and ``head_known_otherwise``: the phrase, or its end
beyond what it shares with the name, is a trade word whose meanings are not this entry;
``*_trade``: a word for a machine, an agent, a service (设备, 剂, 回收);
``*_substance``: an element, a salt, a material; ``*_state``: a state or use (单晶, 药用), each
``more`` where only the phrase has some, ``less`` where only the name, ``other`` where both do;
``meaning``: cosine of sentence vectors.
"""

AGAINST = frozenset(
    {"other_letters", "longer_by", "weak_name", "other_end", "other_front", "name_then_more"}
    | {"missing_characters", "known_otherwise", "head_known_otherwise"}
    | {f"{how}_{what}" for how in ("more", "less", "other")
       for what in ("trade", "substance", "state")}
)  # fmt: skip
"""Features that only ever speak against an entry; the others only for it."""

CONTRADICTIONS = frozenset(
    {"other_front", "other_letters", "known_otherwise"}
    | {f"{how}_{what}" for how in ("less", "other") for what in ("trade", "substance", "state")}
)
"""Features with which a product is at most for review, whatever the weights say: the spelling has
a telling word that the phrase lacks, begins otherwise, or the phrase is known as something else."""

Columns: TypeAlias = Mapping[str, NDArray[Any]]
_WHOLE = 0.999
_LONG = 8


def compare_names(
    one: Shapes, row: Ints, other: Shapes, doc: Ints, cosine: Floats, lengths: tuple[Floats, Floats]
) -> Columns:
    """Return the features of pairs of a phrase (``row`` of ``one``) and a spelling (``doc``).

    ``lengths`` are those of their rows of n-grams, ``cosine`` what these have in common.
    """
    dot = cosine * lengths[0] * lengths[1]
    covered = dot / np.maximum(lengths[0] ** 2, 1e-6)
    inside = dot / np.maximum(lengths[1] ** 2, 1e-6)
    size, named = one.size[row], other.size[doc]
    heads = common_start(one.front[row], other.front[doc])
    tails = common_start(one.back[row], other.back[doc])
    shorter = np.minimum(size, named)
    joined = heads + np.minimum(tails, shorter - heads)
    columns = {
        "name_cosine": cosine,
        "phrase_covered": covered,
        "name_covered": inside,
        "exact": (tails == size) & (size == named) & (cosine > _WHOLE),
        "same_head": heads / np.maximum(shorter, 1),
        "same_tail": tails / np.maximum(shorter, 1),
        "ends_with_name": tails == named,
        "begins_with_name": heads == named,
        "phrase_inside": tails == size,
        "long_name": named / _LONG,
        "one_char_other": (size == named) & (named - joined == 1) & (heads > 0) & (joined > 1),
        "one_char_short": (size == named - 1) & (size == joined) & (joined > 1),
        "other_letters": _contradict(one.letters[row], other.letters[doc]),
        "longer_by": np.maximum(size - named, 0) / np.maximum(size, 1),
        "other_end": tails == 0,
        "other_front": (heads == 0) & (tails > 0) & (tails < shorter),
        "name_then_more": (inside > _WHOLE) & (tails < named),
        "missing_characters": count_missing(one, row, other, doc) / np.maximum(named, 1),
    }
    for name, words, others in (
        ("trade", one.trades[row], other.trades[doc]),
        ("substance", one.substances[row], other.substances[doc]),
        ("state", one.states[row], other.states[doc]),
    ):
        columns |= _told_apart(name, words, others)
    return columns


def contradicted(features: Floats) -> NDArray[np.bool_]:
    """Return which rows of features have a contradiction."""
    columns = [place for place, name in enumerate(FEATURES) if name in CONTRADICTIONS]
    return np.asarray(np.any(features[:, columns] > 0, axis=1))


def _contradict(one: Ints, other: Ints) -> NDArray[np.bool_]:
    return np.asarray((one != other) & (one != 0) & (other != 0))


def _told_apart(name: str, words: Bits, others: Bits) -> Columns:
    """Return which side has words that the other lacks: exactly one of three, or none."""
    more, less = (np.any(a & ~b, axis=1) for a, b in ((words, others), (others, words)))
    return {
        f"more_{name}": np.asarray(more & ~less),
        f"less_{name}": np.asarray(less & ~more),
        f"other_{name}": np.asarray(more & less),
    }
