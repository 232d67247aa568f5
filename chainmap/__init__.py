"""chainmap: workbooks of an investment promotion bureau as one graph that answers.

The same jobs as the command line, as functions on an open store::

    import chainmap

    with chainmap.open_store("sqlite:chainmap.sqlite") as store:
        answer = chainmap.find_matches(store, all_pairs=True, top=5)
        frame = chainmap.to_frame(answer)

Names are imported when first used: ``import chainmap`` alone loads no pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from chainmap.version import __version__ as __version__

if TYPE_CHECKING:
    import pandas as pd

    from chainmap.answers import Answer

_TYPES = {
    "Answer": "chainmap.answers:Answer",
    "ChainmapError": "chainmap.errors:ChainmapError",
    "ConfigError": "chainmap.errors:ConfigError",
    "Finding": "chainmap.errors:Finding",
    "GraphQuery": "chainmap.stores.port:GraphQuery",
    "GraphTables": "chainmap.tables:GraphTables",
    "InputRejected": "chainmap.errors:InputRejected",
    "NothingToAnalyse": "chainmap.errors:NothingToAnalyse",
    "SchemaError": "chainmap.errors:SchemaError",
    "StoreError": "chainmap.errors:StoreError",
    "load_schema": "chainmap.schema:load_schema",
    "open_store": "chainmap.stores.open:open_store",
}


def _public() -> dict[str, str]:
    from chainmap.workflow import JOBS

    return {**_TYPES, **JOBS}


def __getattr__(name: str) -> object:
    public = {} if name.startswith("_") else _public()
    if name not in public:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module, _, attribute = public[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *_public(), "to_frame"})


def to_frame(answer: Answer) -> pd.DataFrame:
    """Return the rows of an answer as a DataFrame with the answer's columns, in its order.

    Lists and objects stay Python objects in their cells; unknown is None.
    """
    import pandas as pd

    return pd.DataFrame(
        [[row.get(name) for name in answer.columns] for row in answer.rows],
        columns=list(answer.columns),
        dtype=object,
    )
