"""Review: doubtful links and merges, decided once by a person, remembered for every later import.

The one choice: a decision is a statement of the reserved source 审核 on the edge itself. An import
restates its probability beside it and never touches it, and taking a decision back is one more
statement with a longer history.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pandas as pd

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, Severity, StoreUnavailable
from chainmap.link.phrases import LONGEST, phrase_key
from chainmap.names import clean_text, product_key, split_list
from chainmap.schema import load_schema, node_id
from chainmap.stores.columns import records_of
from chainmap.stores.port import GraphQuery
from chainmap.tables import REVIEW_SOURCE, GraphTables, Run, typed_frame
from chainmap.texts import rule_severity, say
from chainmap.version import __version__
from chainmap.workflow.review_pairs import (
    DECIDED,
    EDGES,
    KINDS,
    LINK,
    OPEN,
    ROW_COLUMNS,
    SAME,
    SETTLED,
    VERDICTS,
    End,
    Pair,
    in_order,
    pair_key,
    read_pairs,
    states_of,
)

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

STATES = (OPEN, DECIDED, "all")
DECIDED_COLUMNS = (
    "key", "kind", "subject_id", "subject", "object_id", "object",
    "verdict", "by", "date", "reason", "changed",
)  # fmt: skip
UNDONE = "撤销"
"""The step of a history that takes a verdict back."""

_ORIGIN = f"{REVIEW_SOURCE}/-/-"
_NEAR = 3

Word = Literal["accept", "reject", "undo"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says about a pair; ``verdict`` None takes back what was said."""

    pair: Pair
    verdict: str | None
    by: str
    reason: str | None = None

    @property
    def changes(self) -> bool:
        """Whether it says anything new; the same verdict by another person does not."""
        if self.verdict != self.pair.verdict:
            return True
        told = self.pair.values.get("reason")
        return self.verdict is not None and bool(self.reason) and self.reason != told


def list_reviews(
    store: GraphStore,
    *,
    kind: str | None = None,
    state: str = OPEN,
    top: int | None = None,
) -> Answer:
    """List links and merges with their evidence, those that most cells wait for first.

    Parameters
    ----------
    store
        An open store.
    kind
        ``link`` (a phrase and a product) or ``merge`` (two records of a firm); None: both.
    state
        ``open`` (doubtful and not decided), ``decided``, or ``all``.
    top
        Rows at most.

    Returns
    -------
    Answer
        ``chainmap.review-list/1``; beside the rows ``counts``: pairs by state.

    Raises
    ------
    ConfigError
        For a kind or state that there is not.
    """
    rows, counts = chosen_pairs(store, kind=kind, state=state, top=top)
    return Answer(
        schema="chainmap.review-list/1",
        columns=ROW_COLUMNS,
        rows=[pair.as_row(state_) for pair, state_ in rows],
        run={"version": __version__, "store": store.url},
        scope={"kind": kind, "state": state, "top": top},
        extra={"counts": counts},
    )


def chosen_pairs(
    store: GraphStore, *, kind: str | None, state: str, top: int | None
) -> tuple[list[tuple[Pair, str]], dict[str, int]]:
    """Return the pairs asked for with their states, in order, and the counts of all states."""
    if kind is not None and kind not in KINDS:
        raise ConfigError(say("review.no_kind", value=kind, known=" | ".join(KINDS)))
    if state not in STATES:
        raise ConfigError(say("review.no_state", value=state, known=" | ".join(STATES)))
    pairs = read_pairs(store, KINDS if kind is None else (kind,))
    states = states_of(pairs)
    wanted = [pair for key, pair in pairs.items() if state in ("all", states[key])]
    counts = {name: list(states.values()).count(name) for name in (OPEN, DECIDED, SETTLED)}
    return [(pair, states[pair.key]) for pair in in_order(wanted)[:top]], counts


def decide_reviews(
    store: GraphStore,
    keys: Sequence[str] = (),
    *,
    verdict: Word,
    phrase: str | None = None,
    product: str | None = None,
    by: str | None = None,
    reason: str | None = None,
    now: datetime | None = None,
) -> Answer:
    """Accept, reject, or take back what was said about pairs; all of them or none.

    Parameters
    ----------
    store
        An open store.
    keys
        Keys as ``list_reviews`` gives them; decided and automatic pairs may be overruled.
    verdict
        ``accept``, ``reject`` or ``undo``.
    phrase, product
        A pair by content, also one that no import has met: any wording, and the code or name of
        a product.
    by
        Who decides; None: the user of this machine.
    reason
        Why, in a sentence.
    now
        The time of the decision; None: the clock.

    Returns
    -------
    Answer
        ``chainmap.review-decide/1``: one row a pair; ``changed`` is false where the same had
        been said before.

    Raises
    ------
    ConfigError
        For a key or product that is not there, a product name that several have, or two firms
        with different valid credit codes called the same; nothing is written.
    StoreUnavailable
        When somebody else wrote to the store meanwhile; run it again.
    """
    if not keys and phrase is None and product is None:
        raise ConfigError(say("review.nothing_asked"))
    seen = store.revision()
    pairs = read_pairs(store)
    chosen = [_known(key, pairs) for key in dict.fromkeys(keys)]
    if phrase is not None or product is not None:
        named = _named_pair(store, pairs, phrase, product)
        chosen += [named] if named.key not in {pair.key for pair in chosen} else []
    who, why = signature(by), one_line(reason)
    decisions = [Decision(pair, _verdict(pair, verdict), who, why) for pair in chosen]
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    write_decisions(store, decisions, moment, seen=seen)
    return Answer(
        schema="chainmap.review-decide/1",
        columns=DECIDED_COLUMNS,
        rows=[decided_row(decision, moment) for decision in decisions],
        run={"version": __version__, "store": store.url},
        scope={"verdict": verdict},
        findings=several_products(decisions, pairs),
    )


def write_decisions(
    store: GraphStore,
    decisions: Sequence[Decision],
    moment: datetime,
    *,
    seen: str,
) -> None:
    """State what is new among ``decisions`` in one batch.

    Raises
    ------
    StoreUnavailable
        When the store is no longer at revision ``seen``; nothing was written.
    """
    fresh = [decision for decision in decisions if decision.changes]
    if not fresh:
        return
    store.prepare(load_schema())
    run = Run(
        id=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        source=REVIEW_SOURCE,
        as_of=moment.date().isoformat(),
        version=__version__,
    )
    with store.batch():
        if store.revision() != seen:
            raise StoreUnavailable(say("review.overtaken"))
        store.write(_tables(fresh, moment), run)


def decided_row(decision: Decision, moment: datetime) -> dict[str, object]:
    """Return a decision as a row of ``chainmap.review-decide/1``."""
    pair, values = decision.pair, decision.pair.values
    told = {name: values.get(name) for name in ("verdict", "by", "date", "reason")}
    if decision.changes:
        told = _stated(decision, moment)
    return {
        "key": pair.key,
        "kind": pair.kind,
        **pair.ends(),
        **told,
        "changed": decision.changes,
    }


def several_products(decisions: Iterable[Decision], pairs: Mapping[str, Pair]) -> list[Finding]:
    """Return a warning for each phrase that is now confirmed for more than one product."""
    confirmed = VERDICTS[LINK][0]
    after = {key: (pair, pair.verdict) for key, pair in pairs.items() if pair.kind == LINK}
    touched = [decision for decision in decisions if decision.pair.kind == LINK]
    after |= {d.pair.key: (d.pair, d.verdict) for d in touched}
    names: dict[str, list[str]] = {}
    for pair, verdict in after.values():
        if verdict == confirmed:
            names.setdefault(pair.one.id, []).append(pair.other.name)
    phrases = {d.pair.one for d in touched if d.verdict == confirmed}
    rule = "D-several-products"
    return [
        Finding(
            Severity(rule_severity(rule)),
            rule,
            value=phrase.name,
            params={"products": "、".join(sorted(names[phrase.id]))},
        )
        for phrase in sorted(phrases, key=lambda end: end.id)
        if len(names[phrase.id]) > 1
    ]


def signature(by: str | None) -> str:
    """Return who decides: ``by``, else the user of this machine, else 未署名."""
    given = (by, os.environ.get("USER"), os.environ.get("USERNAME"))
    named = (line for name in given if (line := one_line(name)))
    return next(named, say("review.unsigned", "zh"))


def one_line(text: str | None) -> str | None:
    """Return a remark as one line of visible text, None when there is nothing in it."""
    plain = clean_text(text or "")
    return "".join(char for char in plain if char.isprintable()) or None


def different_codes(pair: Pair, verdict: str | None) -> str | None:
    """Return why two firms cannot be called the same, None when they can."""
    if verdict != SAME or pair.codes is None:
        return None
    one, other = pair.codes
    return say("review.different_codes", key=pair.key, one=one, other=other)


def near_keys(key: str, pairs: Iterable[str]) -> str:
    """Return the keys that look like ``key``, joined; "" when none does."""
    return "、".join(difflib.get_close_matches(key, list(pairs), n=_NEAR, cutoff=0.6))


def _known(key: str, pairs: Mapping[str, Pair]) -> Pair:
    plain = key.strip().lower()
    if plain in pairs:
        return pairs[plain]
    near = near_keys(plain, pairs)
    hint = say("review.near", names=near) if near else ""
    raise ConfigError(say("review.no_key", key=key, hint=hint))


def _verdict(pair: Pair, word: Word) -> str | None:
    if word == "undo":
        return None
    verdict = VERDICTS[pair.kind][0 if word == "accept" else 1]
    reason = different_codes(pair, verdict)
    if reason is not None:
        raise ConfigError(reason)
    return verdict


def _named_pair(
    store: GraphStore, pairs: Mapping[str, Pair], phrase: str | None, product: str | None
) -> Pair:
    """Return the pair of a wording and a product, one of ``pairs`` or a new one."""
    if phrase is None or product is None:
        raise ConfigError(say("review.half_a_pair"))
    text = phrase_key(one_line(phrase) or "")
    if not text or len(text) > LONGEST:
        raise ConfigError(say("review.bad_phrase", most=LONGEST))
    end = _product(store, product)
    source = node_id("Phrase", text)
    known = pairs.get(pair_key(LINK, source, end.id))
    return known or Pair(LINK, End(source, text), end, ((source, end.id),))


def _product(store: GraphStore, asked: str) -> End:
    """Return the product with this code, id, name or alias."""
    query = GraphQuery(
        labels=("Product",), edge_types=(), columns={"Product": ("code", "name", "aliases")}
    )
    frame = store.read(query).nodes.get("Product")
    rows = records_of(frame) if frame is not None else []
    plain, key = asked.strip(), product_key(asked)
    found = [r for r in rows if plain in (r["code"], r["id"], r["id"].partition(":")[2])]
    found = found or [r for r in rows if key and key == product_key(r["name"] or "")]
    found = found or [
        r for r in rows if key and key in map(product_key, split_list(r["aliases"] or ""))
    ]
    if len(found) == 1:
        return End(found[0]["id"], found[0]["name"])
    if found:
        names = "、".join(f"{r['id'].partition(':')[2]} {r['name']}" for r in found[:_NEAR])
        raise ConfigError(say("review.several_products", product=asked, names=names))
    near = difflib.get_close_matches(plain, [str(r["name"]) for r in rows], n=_NEAR, cutoff=0.3)
    hint = say("review.near", names="、".join(near)) if near else ""
    raise ConfigError(say("review.no_product", product=asked, hint=hint))


def _stated(decision: Decision, moment: datetime) -> dict[str, object]:
    """Return verdict, by, date and reason as they are stated; all null once undone."""
    names = ("verdict", "by", "date", "reason")
    if decision.verdict is None:
        return dict.fromkeys(names)
    values = (decision.verdict, decision.by, moment.date().isoformat(), decision.reason)
    return dict(zip(names, values, strict=True))


def _tables(decisions: Sequence[Decision], moment: datetime) -> GraphTables:
    schema = load_schema()
    rows: dict[str, list[dict[str, object]]] = {}
    phrases = {}
    for decision in decisions:
        pair = decision.pair
        step = {
            "verdict": decision.verdict or UNDONE,
            "by": decision.by,
            "date": moment.date().isoformat(),
            "reason": decision.reason,
        }
        history = json.dumps([*pair.history, step], ensure_ascii=False)
        told = {**_stated(decision, moment), "history": history, "origin": _ORIGIN}
        for source, target in pair.edges:
            ends = {"source": source, "target": target}
            rows.setdefault(EDGES[pair.kind], []).append(ends | told)
        if pair.kind == LINK:
            phrases[pair.one.id] = pair.one.name
    nodes = {}
    if phrases:
        named = [{"id": i, "text": text, "origin": _ORIGIN} for i, text in phrases.items()]
        nodes["Phrase"] = typed_frame(schema, "Phrase", pd.DataFrame(named))
    edges = {
        name: typed_frame(schema, name, pd.DataFrame(frame, dtype=object))
        for name, frame in rows.items()
    }
    return GraphTables(nodes, edges)
