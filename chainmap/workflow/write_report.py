"""The report job: an open store in, a folder of pages and lists out, the cover first.

The choice: every file is written whole or not at all, and the cover last, so that a report that
was interrupted never looks finished.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainmap.analysis.graph import cell
from chainmap.answers import Answer
from chainmap.audience import INTERNAL, without_phones
from chainmap.errors import NothingToAnalyse
from chainmap.match.explain import COLUMNS as MATCH_COLUMNS
from chainmap.report.index import FileLine, LeaderLine
from chainmap.report.lists import (
    FINDING_LIST,
    GAP_LIST,
    MATCH_LIST,
    finding_rows,
    write_finding_list,
    write_gap_list,
    write_match_list,
)
from chainmap.report.names import FileNames
from chainmap.report.risks import RISK_LIST, write_risk_list
from chainmap.report.run_record import run_text
from chainmap.report.targets import TARGET_LIST, write_target_list
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.texts import say
from chainmap.views.chain_map import draw_chain_map
from chainmap.views.cover import draw_cover
from chainmap.views.neighbour_tables import neighbourhood_model
from chainmap.views.neighbourhood import draw_neighbourhood
from chainmap.workflow.cover import make_cover
from chainmap.workflow.draw_graph import Scene, chain_map, set_scene, surroundings_of
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.match import SCHEMA as MATCH_SCHEMA
from chainmap.workflow.match import find_matches
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.whatif import simulate_outage
from chainmap.xlsx.write import replace_file

if TYPE_CHECKING:
    from chainmap.views.model import ChainMapModel

INDEX = "index.html"
RUN = "run.json"
MAPS, NEAR = "图谱", "链主"
TOP = 20
"""Rows of the match list a leader."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What a report wrote, and the answers it rests on."""

    index: Path
    files: tuple[Path, ...]
    matches: Answer
    gaps: Answer


def write_report(
    store: GraphStore,
    folder: Path,
    *,
    audience: str = INTERNAL,
    region: str | None = None,
    parks: Sequence[str] = (),
    as_of: str | None = None,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write cover, chain maps, a page per leader, lists and run.json into ``folder``.

    Parameters
    ----------
    store
        An open store.
    folder
        Made when it is not there; files of an earlier report are replaced, others stay.
    audience
        内部, or 外发: no phone number, no demand that is not 公开 anywhere in the folder.
    region, parks
        What counts as local; default: everywhere.
    as_of
        Date of the answers, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    progress
        Called as ``progress(step, done, total)``; steps are ``report.step.*``.

    Raises
    ------
    NothingToAnalyse
        When the graph holds neither companies nor products.
    ConfigError
        When a name is unknown or a file cannot be written.
    """
    tell = progress or silent
    place: dict[str, Any] = {
        "region": region,
        "parks": tuple(parks),
        "as_of": as_of,
        "cache_dir": cache_dir,
    }
    scene = set_scene(store, audience=audience, home=f"../{INDEX}", **place)
    if not scene.graph.n_companies or not scene.graph.n_products:
        raise NothingToAnalyse(say("report.nothing"))
    tell("report.step.match", 0, 1)
    matches = _matches(scene, place)
    tell("report.step.gaps", 0, 1)
    gaps = find_gaps(store, audience=audience, graph=scene.graph, **place)
    risks = _risks(scene, as_of, tell) if audience == INTERNAL else None
    # a finding quotes cells word for word, a telephone number among them: never outside
    internal = scene.facts.audience == INTERNAL
    told = [*_import_findings(store), *finding_rows([*matches.findings, *gaps.findings])]
    findings = told if internal else []
    writer = _Writer(scene, folder, tell)
    maps = writer.write_maps(gaps)
    leaders = writer.write_leaders(matches)
    writer.write_lists(matches, gaps, findings, risks)
    answers = {"match": matches, "gaps": gaps} | ({"whatif": risks} if risks else {})
    record = run_text(
        answers,
        audience=audience,
        files=[folder / line.file for line in writer.lines],
        folder=folder,
        findings=findings,
    )
    writer.add(RUN, say("report.file.run"), record.encode())
    tell("report.step.cover", 0, 1)
    cover = make_cover(
        scene,
        maps,
        leaders,
        matches=matches,
        gaps=gaps,
        findings=findings,
        files=tuple(writer.lines),
    )
    title = say("report.title", zone=scene.facts.zone)
    page = draw_cover(cover, title, replace(scene.facts, home=""))
    index = replace_file(folder / INDEX, page.encode())
    return ReportFiles(index, tuple(folder / line.file for line in writer.lines), matches, gaps)


class _Writer:
    """Writes files into a report's folder and remembers what they are."""

    def __init__(self, scene: Scene, folder: Path, tell: Progress) -> None:
        self.lines: list[FileLine] = []
        self._scene, self._folder, self._tell = scene, folder, tell
        self._internal = scene.facts.audience == INTERNAL
        notice = "report.notice_internal" if self._internal else "report.notice_external"
        self._notice = say(notice, "zh")

    def add(self, file: str, text: str, content: bytes) -> None:
        """Write ``content`` and list the file."""
        path = replace_file(self._folder / file, content)
        self.lines.append(FileLine(file, text, path.stat().st_size))

    def _name(self, names: FileNames, wanted: str) -> str:
        return names.name(wanted if self._internal else without_phones(wanted), ".html")

    def write_maps(self, gaps: Answer) -> list[tuple[str, ChainMapModel]]:
        """Write the map of each chain; return addresses and models."""
        chains, names = self._scene.graph.chains, FileNames()
        maps = []
        for row in range(chains.num_rows):
            self._tell("report.step.maps", row, chains.num_rows)
            chain, name = str(cell(chains, "id", row)), str(cell(chains, "name", row))
            model = chain_map(self._scene, chain, gaps.rows)
            file = f"{MAPS}/{self._name(names, name)}"
            self.add(file, say("report.file.map", name=name), draw_chain_map(model).encode())
            maps.append((file, model))
        return maps

    def write_leaders(self, matches: Answer) -> list[LeaderLine]:
        """Write a neighbourhood page for each leader; return the cover's lines."""
        graph, names = self._scene.graph, FileNames()
        ids = [str(cell(graph.companies, "id", at)) for at in graph.leader_positions]
        around = surroundings_of(self._scene, ids)
        pairs = Counter(str(row["leader_id"]) for row in matches.rows)
        lines = []
        for done, (at, company) in enumerate(zip(graph.leader_positions, ids, strict=True)):
            self._tell("report.step.leaders", done, len(ids))
            model = neighbourhood_model(around, company)
            file = f"{NEAR}/{self._name(names, model.name)}"
            text = say("report.file.near", name=model.name)
            self.add(file, text, draw_neighbourhood(model).encode())
            centre = next(node for node in model.nodes if node.id == company)
            lines.append(
                LeaderLine(
                    name=model.name,
                    role=centre.role,
                    chains="、".join(_chains_led(self._scene, at)),
                    place=dict(centre.details).get(say("views.place"), ""),
                    file=file,
                    pairs=pairs[company],
                    is_local=company in self._scene.local,
                    is_example=centre.is_example,
                )
            )
        return lines

    def write_lists(
        self,
        matches: Answer,
        gaps: Answer,
        findings: Sequence[Mapping[str, object]],
        risks: Answer | None,
    ) -> None:
        """Write the lists as workbooks; findings and risks only for the bureau itself."""
        folder, notice = self._folder, self._notice
        lists = [
            (write_match_list(folder / MATCH_LIST, matches, notice=notice), "report.file.match"),
            (write_gap_list(folder / GAP_LIST, gaps, notice=notice), "report.file.gaps"),
            (
                write_target_list(folder / TARGET_LIST, gaps, notice=notice),
                "report.file.targets",
            ),
        ]
        if risks:
            path = write_risk_list(folder / RISK_LIST, risks, notice=notice)
            lists.append((path, "report.file.risks"))
        if self._internal:
            path = write_finding_list(folder / FINDING_LIST, findings, notice=notice)
            lists.append((path, "report.file.findings"))
        for path, text in lists:
            self.lines.append(FileLine(path.name, say(text), path.stat().st_size))


def _risks(scene: Scene, as_of: str | None, tell: Progress) -> Answer | None:
    """Return the firms on which most hangs; None where nobody is recorded to supply anybody."""
    try:
        return simulate_outage(
            scene.store, rank=True, as_of=as_of, graph=scene.graph, progress=tell
        )
    except NothingToAnalyse:
        return None


def _matches(scene: Scene, place: Mapping[str, Any]) -> Answer:
    """Return the pairs of all leaders; an answer without rows when there is no leader."""
    if not scene.graph.leader_positions:
        return Answer(MATCH_SCHEMA, MATCH_COLUMNS, ())
    return find_matches(
        scene.store,
        all_pairs=True,
        top=TOP,
        audience=scene.facts.audience,
        graph=scene.graph,
        **place,
    )


def _chains_led(scene: Scene, company: int) -> list[str]:
    graph = scene.graph
    led = [int(row["chain"]) for row in graph.leaders.to_pylist() if row["company"] == company]
    return [str(cell(graph.chains, "name", chain)) for chain in sorted(set(led))]


def _import_findings(store: GraphStore) -> list[Mapping[str, object]]:
    """Return what the last import of each source found, in file and row order."""
    frame = store.read(GraphQuery(labels=("Source",), edge_types=())).nodes.get("Source")
    found: list[Mapping[str, object]] = []
    for row in [] if frame is None else frame.sort_values("id").to_dict("records"):
        told = row.get("findings")
        found += json.loads(told) if isinstance(told, str) and told else []
    return sorted(
        found,
        key=lambda f: (
            str(f.get("file")),
            str(f.get("sheet")),
            int(str(f.get("row") or 0)),
            str(f.get("rule")),
        ),
    )
