"""Fixtures of the whole suite: a real Neo4j, a real Chromium, and a header that says which ran.

``CHAINMAP_REQUIRE=neo4j,browser`` turns a skip for want of a server or a browser into a failure:
that is how CI knows that these tests ran at all.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from neo4j_target import Neo4jTarget, claim_database, empty_database, run_once, server_tool

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run

# kglite, lightgbm's OpenMP and that of sparse_dot_topn together want more static thread storage than
# glibc keeps by default. A command loads one or two of them; a worker of this suite loads them all.
# Read when a process starts, so it holds for the workers (not with -n0).
os.environ.setdefault("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=4096")

_NEO4J_FIXTURES = {"neo4j_server", "neo4j_store", "own_neo4j_server"}
_MADE_ONCE = re.compile(r'scope="(?:module|session)"|^@(?:functools\.)?cache$', re.MULTILINE)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge")


def neo4j_line() -> str:
    """``5`` unless CHAINMAP_TEST_NEO4J_LINE names the second target, ``2026``."""
    return os.environ.get("CHAINMAP_TEST_NEO4J_LINE", "5")


def required() -> set[str]:
    """What must run: the words of CHAINMAP_REQUIRE."""
    return set(os.environ.get("CHAINMAP_REQUIRE", "").replace(",", " ").split())


def missing(need: str, reason: str) -> NoReturn:
    """Skip the test, or fail it when CHAINMAP_REQUIRE names ``need``."""
    if need in required():
        pytest.fail(f"CHAINMAP_REQUIRE names {need}, but: {reason}", pytrace=False)
    pytest.skip(reason)


def find_chromium() -> str | None:
    """Return the path of a Chromium-like browser, CHAINMAP_TEST_CHROMIUM first."""
    named = os.environ.get("CHAINMAP_TEST_CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, _BROWSERS) if path), None)


def neo4j_plan() -> str:
    """Say in a few words where the Neo4j of this run comes from, or why there is none."""
    url = os.environ.get("CHAINMAP_TEST_NEO4J_URL")
    if url:
        return url
    tool = server_tool()
    line = tool.LINES[neo4j_line()]
    try:
        java = tool.find_java(line.java)
    except tool.ServerFailed as failure:
        return f"none ({failure})"
    if (tool.cache_folder() / line.version / "lib").is_dir() or shutil.which("mvn"):
        return f"{line.version}, started here with {java}"
    return "none (Maven is missing)"


def pytest_report_header(config: pytest.Config) -> list[str]:
    browser = find_chromium() or "none"
    return [
        f"stores: memory, sqlite, neo4j: {neo4j_plan()}",
        f"browser: {browser}; required: {', '.join(sorted(required())) or 'nothing'}",
    ]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send to one worker what belongs together, the rest one by one to whoever is free.

    All tests on the server: Community has one database for them all. All tests of a file that
    makes something dear once for them: another worker would make it again. Such groups start
    first (pytest-xdist takes the largest first), so the small tests fill up the end of the run.
    Not ``xdist_group``: pytest-xdist 3.8 marks groups in an attribute that pytest 9.2 lacks.
    """
    if config.getvalue("dist") not in ("load", "loadgroup", "worksteal"):
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if "neo4j" in nodeid:
                return "neo4j"
            file = nodeid.partition("::")[0]
            return file if makes_once(config.rootpath / file) else nodeid

    return Together(config, log)


@cache
def makes_once(file: Path) -> bool:
    """Whether a test file has a fixture or a function that makes something once for its tests."""
    return _MADE_ONCE.search(file.read_text(encoding="utf-8")) is not None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _NEO4J_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("neo4j")
        if item.get_closest_marker("neo4j") is not None:
            item.add_marker(pytest.mark.xdist_group("neo4j"))
            if "neo4j" not in item.nodeid:
                msg = (
                    f"{item.nodeid}: a test on the server has neo4j in its file, name or parameter"
                )
                raise pytest.UsageError(msg)


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which ``chainmap demo`` left ``chainmap-demo``; copy it, never change it.

    It is made once a run, by the worker that needs it first.
    """
    from chainmap.workflow.demo import run_demo  # heavy, and most tests do not need it

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made, making = shared / "made-demo", shared / "making-demo"
    # A lock that the system takes back when a worker dies, on Windows too.
    with closing(sqlite3.connect(shared / "made-demo.lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not made.exists():
            shutil.rmtree(making, ignore_errors=True)
            with pytest.MonkeyPatch.context() as patch:
                for name in [name for name in os.environ if name.startswith("CHAINMAP_")]:
                    patch.delenv(name)
                run_demo(making / "chainmap-demo")
            making.rename(made)
    return made


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium; CHAINMAP_REQUIRE=browser makes its absence a failure."""
    path = find_chromium()
    if path is None:
        missing("browser", "no chromium, google-chrome or msedge on PATH")
    return path


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jTarget]:
    """A Neo4j that is ours to empty: the named one, else one started here, else skip."""
    url = os.environ.get("CHAINMAP_TEST_NEO4J_URL")
    if url:
        target = Neo4jTarget(url, os.environ.get("CHAINMAP_TEST_NEO4J_PASSWORD", ""))
        claim_database(target)
        yield target
        return
    tool = server_tool()
    # Every test empties the graph and fills it again: nothing is gained by planning anew each time.
    settings = {"dbms.cypher.min_replan_interval": "1h"}
    try:
        server = tool.Neo4jServer(neo4j_line(), settings=settings).__enter__()
    except tool.ServerFailed as failure:
        missing("neo4j", str(failure))
    try:
        target = Neo4jTarget(server.url, server.password)
        claim_database(target)
        yield target
    finally:
        server.kill()  # nobody needs its data any more
        server.stop()


@pytest.fixture(scope="session")
def expendable_neo4j_server() -> Iterator[Any]:
    """A second server, for the tests that kill it (``Neo4jServer`` of tools/)."""
    tool = server_tool()
    try:
        server = tool.Neo4jServer(neo4j_line()).__enter__()
    except tool.ServerFailed as failure:
        missing("neo4j", str(failure))
    try:
        yield server
    finally:
        server.kill()  # nobody needs its data any more
        server.stop()


@pytest.fixture
def own_neo4j_server(expendable_neo4j_server: Any) -> Any:
    """A server with an empty database for one test alone, which may kill it."""
    server = expendable_neo4j_server
    if not server.is_running():
        server.start()
    run_once(Neo4jTarget(server.url, server.password), "MATCH (n) DETACH DELETE n")
    return server


@pytest.fixture
def neo4j_store(neo4j_server: Neo4jTarget) -> Iterator[object]:
    """An empty, prepared Neo4jStore on the shared server."""
    from chainmap.schema import load_schema
    from chainmap.stores.neo4j import Neo4jStore

    empty_database(neo4j_server)
    with Neo4jStore(neo4j_server.url, password=neo4j_server.password) as store:
        store.prepare(load_schema())
        yield store


@pytest.fixture
def sample_tables() -> Callable[..., GraphTables]:
    """Make a small lithium chain as one source states it: 3 companies, 3 products, 1 leader."""
    return sample_graph


def sample_graph(source: str = "样例.xlsx", *, skip: str | None = None) -> GraphTables:
    """Return the sample graph, all rows of ``source``; ``skip`` leaves one company out."""
    import pandas as pd

    from chainmap.tables import GraphTables

    def said(sheet: str, rows: list[dict[str, object]]) -> pd.DataFrame:
        kept = [row for row in rows if skip is None or skip not in row.values()]
        cells = [{**row, "origin": f"{source}/{sheet}/{n}"} for n, row in enumerate(kept, 2)]
        return pd.DataFrame(cells)

    leader, maker, other = "Company:链主", "Company:正极厂", "Company:锂盐厂"
    salt, cathode, cell = "Product:LI-001", "Product:LI-002", "Product:LI-003"
    nodes = {
        "Company": [
            {"id": leader, "name": "示例电池有限公司", "revenue_cny": 5e9, "as_of": "2025-06-30"},
            {"id": maker, "name": "示例正极（西宁）有限公司", "titles": "专精特新；小巨人"},
            {"id": other, "name": "示例锂盐有限公司", "employees": 120, "is_example": True},
        ],
        "Product": [
            {"id": salt, "code": "LI-001", "name": "碳酸锂", "unit": "吨"},
            {"id": cathode, "code": "LI-002", "name": "正极材料", "aliases": "三元材料；正极"},
            {"id": cell, "code": "LI-003", "name": "电芯", "is_key": True},
        ],
        "IndustryChain": [{"id": "IndustryChain:锂电", "name": "锂电"}],
        "TitleAward": [
            {"id": "TitleAward:正极厂/小巨人/2023", "title": "小巨人", "year": 2023},
        ],
    }
    edges = {
        "PRODUCES": [
            {"source": leader, "target": cell, "revenue_share": 0.9},
            {"source": maker, "target": cathode, "capacity": 3e4, "capacity_unit": "吨"},
            {"source": other, "target": salt},
        ],
        "INPUT_TO": [
            {"source": salt, "target": cathode, "essential": 2},
            {"source": cathode, "target": cell},
        ],
        "REQUIRES": [
            {"source": leader, "target": cathode, "demand_id": "d1", "volume": 1e4},
            {"source": leader, "target": cathode, "demand_id": "d2", "volume": 2e4},
        ],
        "SUPPLIES": [{"source": other, "target": maker, "product": salt, "amount_cny": 1e7}],
        "LEADS": [{"source": leader, "target": "IndustryChain:锂电"}],
        "HAS_TITLE": [{"source": maker, "target": "TitleAward:正极厂/小巨人/2023"}],
    }
    return GraphTables(
        {label: said(label, rows) for label, rows in nodes.items()},
        {name: said(name, rows) for name, rows in edges.items()},
    )


@pytest.fixture
def sample_run() -> Callable[..., Run]:
    """Make the n-th run of a source."""
    return numbered_run


def numbered_run(number: int = 1, source: str = "样例.xlsx") -> Run:
    """Return run ``number`` of ``source``, on a day of its own."""
    from chainmap.tables import Run

    day = f"2026-03-{number:02d}"
    return Run(f"{day}T08:00:00.000000Z", source, day, "test")
