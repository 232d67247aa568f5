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

if TYPE_CHECKING:  # what a type checker and an editor see of the lazy names below
    import pandas as pd

    from chainmap.analysis.graph import ChainGraph as ChainGraph
    from chainmap.answers import Answer as Answer
    from chainmap.errors import ChainmapError as ChainmapError
    from chainmap.errors import ConfigError as ConfigError
    from chainmap.errors import Finding as Finding
    from chainmap.errors import InputRejected as InputRejected
    from chainmap.errors import NothingToAnalyse as NothingToAnalyse
    from chainmap.errors import SchemaError as SchemaError
    from chainmap.errors import StoreError as StoreError
    from chainmap.resources import data_folder as data_folder
    from chainmap.schema import load_schema as load_schema
    from chainmap.stores.open import open_store as open_store
    from chainmap.stores.port import GraphQuery as GraphQuery
    from chainmap.stores.port import GraphStore as GraphStore
    from chainmap.tables import GraphTables as GraphTables
    from chainmap.workflow.demo import run_demo as run_demo
    from chainmap.workflow.doctor import examine as examine
    from chainmap.workflow.draw_graph import draw_graph as draw_graph
    from chainmap.workflow.gaps import find_gaps as find_gaps
    from chainmap.workflow.gaps import list_targets as list_targets
    from chainmap.workflow.import_files import import_files as import_files
    from chainmap.workflow.link import link_texts as link_texts
    from chainmap.workflow.match import find_matches as find_matches
    from chainmap.workflow.query import run_query as run_query
    from chainmap.workflow.review import decide_reviews as decide_reviews
    from chainmap.workflow.review import list_reviews as list_reviews
    from chainmap.workflow.review_book import export_reviews as export_reviews
    from chainmap.workflow.review_book import import_reviews as import_reviews
    from chainmap.workflow.snapshot import load_chain_graph as load_chain_graph
    from chainmap.workflow.store import copy_store as copy_store
    from chainmap.workflow.store import explain_query as explain_query
    from chainmap.workflow.store import prune_store as prune_store
    from chainmap.workflow.store import store_info as store_info
    from chainmap.workflow.template import write_template as write_template
    from chainmap.workflow.whatif import simulate_outage as simulate_outage
    from chainmap.workflow.workspace import init_workspace as init_workspace
    from chainmap.workflow.write_report import write_report as write_report

_TYPES = {
    "Answer": "chainmap.answers:Answer",
    "ChainmapError": "chainmap.errors:ChainmapError",
    "ConfigError": "chainmap.errors:ConfigError",
    "Finding": "chainmap.errors:Finding",
    "GraphQuery": "chainmap.stores.port:GraphQuery",
    "GraphStore": "chainmap.stores.port:GraphStore",
    "GraphTables": "chainmap.tables:GraphTables",
    "ChainGraph": "chainmap.analysis.graph:ChainGraph",
    "data_folder": "chainmap.resources:data_folder",
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
