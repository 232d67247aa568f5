"""What speaks for and against two rows being one firm, and the rules no weight can overrule.

The one choice: a feature is a yes or no that can be said in a sentence (字号相同, 地区一致), so
that the answer explains itself; likeness in between counts only where the names are neither equal
nor nested. Rules are flags beside the features: never, at most review, surely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

from chainmap.arrays import ascending
from chainmap.link.firm_rows import FirmRows, Flags, Ints, agree, in_one_city

Floats: TypeAlias = NDArray[np.float64]

FEATURES = (
    "core_equal",  # trade name and industry words equal
    "core_nested",  # equal but for words that say little (科技, 实业)
    "core_short",  # one is a short name made of characters of the other, in their order
    "core_slip",  # a character doubled, or two in the other order
    "one_char",  # one character apart
    "likeness",  # 0-1, of cores that are none of these
    "form_equal",
    "form_kin",  # 有限公司 and 股份有限公司
    "form_apart",
    "place_equal",  # the same place in both names
    "place_wider",  # the place of one name holds that of the other: 湖南 and 长沙
    "seat_equal",  # both rows are seated in one city
    "seat_agrees",  # the rows' regions, or a name's and the other row's, hold one another
    "region_apart",  # some known pair of regions does not, or two places stand in brackets
    "inside_alone",  # only one name says a place, in brackets
    "group_apart",
    "signs_apart",  # one has a number, direction or letter that the other lacks
    "aside_apart",
    "short_name",  # the short name of one is the name of the other
    "short_equal",  # both have the same short name
    "mark_alone",  # letters before one name only
)
SIGNS = {
    "one_char": -1, "form_apart": -1, "region_apart": -1, "inside_alone": -1, "group_apart": -1,
    "signs_apart": -1, "aside_apart": -1, "place_wider": -1, "mark_alone": -1, "form_kin": 0,
}  # fmt: skip
"""Features that may only speak against (-1) or both ways (0); all others only for."""

_KIN = ("有限公司", "股份有限公司")
_NO_FORM = -2
_ANY_COMPANY = "公司"
"""Says that it is a company, not of which kind: agrees with either."""


@dataclass(frozen=True)
class Compared:
    """Features of pairs (a column each of FEATURES) and what the rules say of them.

    ``guessed``: the names differ (short and full, 有限公司 and 股份有限公司); such a pair may be
    accepted only where no other row would do.
    """

    values: Floats
    surely: Flags
    never: Flags
    at_most_review: Flags
    guessed: Flags
    former: Flags
    same_code: Flags
    same_registration: Flags

    def column(self, name: str) -> Floats:
        """Return one feature of all pairs."""
        values: Floats = self.values[:, FEATURES.index(name)]
        return values

    def take(self, places: Ints) -> Compared:
        """Return the pairs at these places."""
        return Compared(*(getattr(self, field.name)[places] for field in fields(self)))


def joined(parts: Sequence[Compared]) -> Compared:
    """Return the pairs of all parts, one after the other; at least one part."""
    names = [field.name for field in fields(Compared)]
    return Compared(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def compare(rows: FirmRows, first: Ints, second: Ints) -> Compared:
    """Return features and rules of pairs of rows."""
    told = {name: np.zeros(len(first), dtype=np.float64) for name in FEATURES}
    _compare_cores(rows, first, second, told)
    _compare_forms(rows, first, second, told)
    _compare_places(rows, first, second, told)
    for name, column in (("group_apart", rows.group), ("aside_apart", rows.aside)):
        told[name][:] = column[first] != column[second]
    one, other = rows.signs[first], rows.signs[second]
    told["signs_apart"][:] = (one != other) & (told["core_short"] == 0)
    told["mark_alone"][:] = (rows.mark[first] >= 0) != (rows.mark[second] >= 0)
    short = _is_listed(rows.shorts, rows.core, first, second)
    told["short_name"][:] = short & (rows.short[first] | rows.short[second])
    told["short_equal"][:] = _share(rows.shorts, len(rows), first, second)
    values = np.column_stack([told[name] for name in FEATURES])
    return _with_rules(rows, first, second, values, told)


def _compare_cores(rows: FirmRows, first: Ints, second: Ints, told: dict[str, Floats]) -> None:
    equal = rows.core[first] == rows.core[second]
    nested = ~equal & (rows.strong[first] == rows.strong[second]) & (rows.strong[first] >= 0)
    told["core_equal"][:] = equal & (rows.core[first] >= 0)
    told["core_nested"][:] = nested
    left = np.flatnonzero(~equal & ~nested)
    if not len(left):
        return
    one, other = rows.cores[first[left]], rows.cores[second[left]]
    edits = process.cpdist(one, other, scorer=Levenshtein.distance, score_cutoff=2, dtype=np.int32)
    bags = rows.bare[first[left]] == rows.bare[second[left]]
    slip = bags & (edits <= 2)
    short = np.zeros(len(left), dtype=np.bool_)
    for place in np.flatnonzero(rows.short[first[left]] | rows.short[second[left]]):
        short[place] = _is_short_for(rows, int(first[left[place]]), int(second[left[place]]))
    told["core_slip"][left] = slip
    told["core_short"][left] = short & ~slip
    told["one_char"][left] = (edits == 1) & ~slip & ~short
    rest = ~slip & ~short & (edits > 1)
    likeness = process.cpdist(one, other, scorer=Indel.normalized_similarity, dtype=np.float32)
    told["likeness"][left] = np.where(rest, likeness, 0.0)


def _is_short_for(rows: FirmRows, first: int, second: int) -> bool:
    """Whether one is a short name whose characters stand in the other, in order, from its start."""
    short, whole = sorted((first, second), key=lambda row: (len(rows.cores[row]), row))
    if not rows.short[short]:
        return False
    small, large = rows.cores[short], rows.cores[whole]
    if small[:2] != large[:2] or len(small) < 2 or small.isascii():
        return False
    rest = iter(large)
    return all(char in rest for char in small)


def _compare_forms(rows: FirmRows, first: Ints, second: Ints, told: dict[str, Floats]) -> None:
    forms = _form_numbers(rows)
    one, other = rows.form[first], rows.form[second]
    known = (one >= 0) & (other >= 0)
    this, that, either = (forms.get(form, _NO_FORM) for form in (*_KIN, _ANY_COMPANY))
    kin = ((one == this) & (other == that)) | ((one == that) & (other == this))
    loose = (one == either) & ((other == this) | (other == that))
    loose |= (other == either) & ((one == this) | (one == that))
    told["form_equal"][:] = known & (one == other)
    told["form_kin"][:] = kin
    told["form_apart"][:] = known & (one != other) & ~kin & ~loose


def _form_numbers(rows: FirmRows) -> dict[str, int]:
    """Return the number of each legal form."""
    numbers, places = np.unique(rows.form, return_index=True)
    return {rows.parsed[p].form: int(n) for p, n in zip(places, numbers, strict=True)}


def _compare_places(rows: FirmRows, first: Ints, second: Ints, told: dict[str, Floats]) -> None:
    place, seat = rows.place, rows.seat
    named, named_apart = agree(place[first], place[second])
    seats, seats_apart = agree(seat[first], seat[second])
    across, across_apart = agree(place[first], seat[second])
    back, back_apart = agree(seat[first], place[second])
    told["place_equal"][:] = named & (place[first] == place[second])
    told["place_wider"][:] = named & (place[first] != place[second])
    one_sided = (place[first] < 0) | (seat[second] < 0) | (place[second] < 0) | (seat[first] < 0)
    crossed = (across_apart | back_apart) & ~named & ~seats & one_sided
    inside, inside_too = rows.inside[first], rows.inside[second]
    two_seats = inside & inside_too & (place[first] != place[second])
    apart = named_apart | seats_apart | crossed | two_seats
    told["region_apart"][:] = apart
    told["seat_equal"][:] = in_one_city(seat[first], seat[second]) & ~apart
    told["seat_agrees"][:] = (seats | ((across | back) & ~named)) & ~apart
    only_one = (place[first] >= 0) != (place[second] >= 0)
    told["inside_alone"][:] = only_one & (inside | inside_too)


def _listed(pairs: tuple[Ints, Ints], count: int) -> Ints:
    owners, numbers = pairs
    return ascending(numbers * count + owners)


def _is_listed(pairs: tuple[Ints, Ints], column: Ints, first: Ints, second: Ints) -> Flags:
    """Where a name listed by one row is the ``column`` of the other."""
    count = len(column)
    listed = _listed(pairs, count)
    found: Flags = np.isin(column[second] * count + first, listed)
    found |= np.isin(column[first] * count + second, listed)
    return np.asarray(found & (first != second), dtype=np.bool_)


def _share(pairs: tuple[Ints, Ints], count: int, first: Ints, second: Ints) -> Flags:
    """Where both rows list the same name (a row lists one short name)."""
    column = np.full(count, -1, dtype=np.int64)
    column[pairs[0]] = pairs[1]
    shared: Flags = (column[first] >= 0) & (column[first] == column[second])
    return shared


def _with_rules(
    rows: FirmRows, first: Ints, second: Ints, values: Floats, told: dict[str, Floats]
) -> Compared:
    """Add the rules; a rule of ``never`` goes before one of ``surely``."""

    def same(column: Ints) -> Flags:
        flags: Flags = (column[first] >= 0) & (column[first] == column[second])
        return flags

    def differ(column: Ints) -> Flags:
        flags: Flags = (column[first] >= 0) & (column[second] >= 0) & ~same(column)
        return flags

    code = same(rows.uscc)
    number = same(rows.registration) | (same(rows.organisation) & ~code)
    former = _is_listed(rows.aliases, rows.canon, first, second)
    branch = rows.branch[first] != rows.branch[second]
    signs = differ(rows.signs) & ~former & ~number & (told["core_short"] == 0)
    marks = differ(rows.mark) & ~former & ~number
    never = differ(rows.uscc) | branch | ((signs | marks) & ~code)
    nothing = (rows.core[first] < 0) | (rows.core[second] < 0)
    at_home = told["seat_equal"] > 0
    fits = at_home & _fits(rows, first, second, told)
    reformed = at_home & (told["core_equal"] > 0) & (told["place_equal"] > 0)
    kin = (told["form_kin"] > 0) & ~reformed
    names_fit = (told["core_equal"] > 0) | former | number | fits
    review = (
        (told["group_apart"] > 0) | (told["region_apart"] > 0) | (told["aside_apart"] > 0)
        | (told["inside_alone"] > 0) | (rows.example[first] != rows.example[second])
        | ~names_fit | nothing | differ(rows.registration) | differ(rows.organisation)
        | ((kin | (told["form_apart"] + told["signs_apart"] > 0)) & ~former & ~number)
    )  # fmt: skip
    # 青海昆仑锂能 and 昆仑锂能 without any region: there may be a 昆仑锂能 elsewhere.
    one_place = (rows.place[first] >= 0) != (rows.place[second] >= 0)
    review |= one_place & (told["seat_agrees"] == 0) & ~former & ~number
    review |= (told["place_wider"] > 0) & ~former & ~number
    surely = (code | former | number) & ~never
    differing = told["form_kin"] + told["core_short"] + told["core_nested"] > 0
    guessed = differing & ~former & ~code & ~number
    return Compared(values, surely, never, review & ~code, guessed, former, code, number)


def _fits(rows: FirmRows, first: Ints, second: Ints, told: dict[str, Floats]) -> Flags:
    """Where one name is short for the other in a way that leaves little choice.

    It has all but words that say little (昆仑锂能, 昆仑锂能科技有限公司), or it is the name that a
    stock exchange shows of a 股份有限公司.
    """
    shares = _form_numbers(rows).get(_KIN[1], _NO_FORM)
    listed = (rows.stock[first] & (rows.form[second] == shares) & ~rows.short[second]) | (
        rows.stock[second] & (rows.form[first] == shares) & ~rows.short[first]
    )
    whole = (told["core_nested"] > 0) & (rows.short[first] != rows.short[second])
    fits: Flags = whole | (listed & (told["core_short"] > 0))
    return fits
