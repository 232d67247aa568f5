"""One self-contained HTML file: templates with autoescape, inline assets under a strict policy.

The choice: the page may load nothing (``default-src 'none'``); its own style and scripts are
allowed by their SHA-256, so that a script smuggled in by a name stays dead even if escaping
failed. What templates print is escaped and freed of control and bidi characters first.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chainmap.audience import AUDIENCES, INTERNAL, without_phones
from chainmap.errors import ConfigError
from chainmap.texts import language, say

if TYPE_CHECKING:
    from chainmap.views.model import PageFacts

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_JSON_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
}


def render_page(
    template: str,
    context: Mapping[str, object],
    *,
    facts: PageFacts,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    data: object = None,
) -> str:
    """Return a page as HTML text.

    Parameters
    ----------
    template
        File name in ``views/templates``.
    context
        What the template prints; every string is escaped.
    facts
        Zone, data date, sources and audience: printed on each page.
    styles, scripts
        Contents of style and script elements, ours or a library's, never from input.
    data
        Plain data for the scripts, read by them from the element ``#data``.
    """
    for text in (*styles, *scripts):
        if re.search(r"</(style|script)|<!--", text, re.IGNORECASE):
            msg = "an inline asset would close its own element"
            raise ValueError(msg)
    return (
        _environment(facts.audience == INTERNAL)
        .get_template(template)
        .render(
            **context,
            t=say,
            lang="en" if language() == "en" else "zh-CN",
            facts=facts,
            is_internal=facts.audience == INTERNAL,
            csp=content_policy(styles, scripts),
            styles=[Markup(text) for text in styles],  # noqa: S704 -- our own files, checked above
            scripts=[Markup(text) for text in scripts],  # noqa: S704
            data=json_block(data, _cleaner(facts.audience == INTERNAL)),
        )
    )


def content_policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return the Content-Security-Policy that allows exactly these inline elements."""
    return "; ".join(
        [
            "default-src 'none'",
            "style-src " + (" ".join(map(_source_hash, styles)) or "'none'"),
            "script-src " + (" ".join(map(_source_hash, scripts)) or "'none'"),
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def json_block(data: object, clean: Callable[[str], str] | None = None) -> Markup:
    """Return ``data`` as JSON that cannot leave a script element; ``clean`` default ``plain``."""
    told = _clean_strings(data, clean or plain)
    text = plain(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    for char, escape in _JSON_ESCAPES.items():
        text = text.replace(char, escape)
    return Markup(text)  # noqa: S704 -- every character that HTML reads is escaped above


def _clean_strings(data: object, clean: Callable[[str], str]) -> object:
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, Mapping):
        return {str(key): _clean_strings(value, clean) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_clean_strings(value, clean) for value in data]
    return data


def plain(text: str) -> str:
    """Return ``text`` without control, bidi and invisible characters: they hide or break."""
    return _HIDDEN.sub("", text)


def asset(name: str) -> str:
    """Return the text of a style or script that ships beside the templates."""
    return (files("chainmap.views") / "templates" / name).read_text(encoding="utf-8")


def check_audience(audience: str) -> str:
    """Return ``audience`` when it is one that files are written for; ConfigError otherwise."""
    if audience not in AUDIENCES:
        raise ConfigError(say("views.bad_audience", audience=audience))
    return audience


def _cleaner(is_internal: bool) -> Callable[[str], str]:
    """Return what each text of a page passes through: outside, telephone numbers go as well."""
    return plain if is_internal else lambda text: without_phones(plain(text))


@lru_cache(maxsize=2)
def _environment(is_internal: bool) -> Environment:
    clean = _cleaner(is_internal)
    environment = Environment(
        loader=PackageLoader("chainmap.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: (
            clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    environment.filters["amount"] = amount
    environment.filters["percent"] = percent
    return environment


def amount(value: float | None) -> str:
    """Return a number as people write it: at most four digits that matter; unknown as a dash."""
    if value is None:
        return "—"
    if abs(value) >= 1e8:
        return f"{float(f'{value / 1e8:.4g}'):g} 亿"
    if abs(value) >= 1e4:
        return f"{float(f'{value / 1e4:.4g}'):g} 万"
    return f"{float(f'{value:.4g}'):g}"


def percent(value: float | None) -> str:
    """Return a share (0 to 1) as a percentage; unknown as a dash."""
    if value is None:
        return "—"
    return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{float(f'{value * 100:.2g}'):g}%"
