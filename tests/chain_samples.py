"""Hand-sized graphs for the tests of analysis, matching and gaps: a builder and a known chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pandas as pd

from chainmap.analysis.build import to_chain_graph
from chainmap.schema import load_schema
from chainmap.stores.memory import MemoryStore
from chainmap.tables import GraphTables, Run, typed_frame

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.stores.port import GraphQuery, GraphStore

SOURCE = "样例.xlsx"
RUN = Run("2026-03-01T08:00:00.000000Z", SOURCE, "2026-03-01", "0")


class TablesStore:
    """The reading half of a store over fixed tables: for properties of the arithmetic alone."""

    url = "tables:"

    def __init__(self, tables: GraphTables) -> None:
        self._tables = tables

    def revision(self) -> str:
        return "fixed"

    def read(self, query: GraphQuery) -> GraphTables:
        return self._tables

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        frame = self._tables.nodes.get(owner, self._tables.edges.get(owner))
        return pd.DataFrame({"value": [None], "count": [0 if frame is None else len(frame)]})


class Sample:
    """Rows added one by one; ends are bare keys, each row gets its own origin."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, object]]] = {}

    def add(self, owner: str, **values: object) -> Sample:
        schema = load_schema()
        rows = self.rows.setdefault(owner, [])
        sheet = schema.owner(owner).sheet or "企业"
        rows.append({**values, "origin": f"{SOURCE}/{sheet}/{len(rows) + 2}"})
        return self

    def company(
        self, key: str, name: str = "", *, region: str = "", park: str = "", **values: object
    ) -> Sample:
        self.add("Company", id=f"Company:{key}", name=name or f"企业{key}", **values)
        if region:
            self.add("LOCATED_IN", source=f"Company:{key}", target=f"Region:{region}")
        if park:
            self.add("LOCATED_IN", source=f"Company:{key}", target=f"Park:{park}")
        return self

    def product(self, key: str, *, chain: str = "", **values: object) -> Sample:
        values = {"name": f"产品{key}", "unit": "吨", "code": key} | values
        self.add("Product", id=f"Product:{key}", **values)
        if chain:
            self.edge("IN_SEGMENT", f"Product:{key}", f"Segment:{chain}/{chain}环节")
        return self

    def chain(self, name: str) -> Sample:
        self.add("IndustryChain", id=f"IndustryChain:{name}", name=name)
        self.add("Segment", id=f"Segment:{name}/{name}环节", name=f"{name}环节", stage="中游")
        return self.edge("PART_OF", f"Segment:{name}/{name}环节", f"IndustryChain:{name}")

    def region(self, code: str, name: str) -> Sample:
        return self.add("Region", id=f"Region:{code}", code=code, name=name)

    def park(self, name: str, region: str) -> Sample:
        self.add("Park", id=f"Park:{name}", name=name)
        return self.edge("LOCATED_IN", f"Park:{name}", f"Region:{region}")

    def edge(self, edge_type: str, source: str, target: str, **values: object) -> Sample:
        return self.add(edge_type, source=source, target=target, **values)

    def makes(self, company: str, product: str, **values: object) -> Sample:
        return self.edge("PRODUCES", f"Company:{company}", f"Product:{product}", **values)

    def wants(self, company: str, product: str, **values: object) -> Sample:
        values = {"visibility": "公开"} | values
        return self.edge("REQUIRES", f"Company:{company}", f"Product:{product}", **values)

    def input(self, source: str, target: str, **values: object) -> Sample:
        return self.edge("INPUT_TO", f"Product:{source}", f"Product:{target}", **values)

    def kind(self, child: str, parent: str) -> Sample:
        return self.edge("KIND_OF", f"Product:{child}", f"Product:{parent}")

    def supplies(self, source: str, target: str, product: str = "") -> Sample:
        named: dict[str, object] = {"product": f"Product:{product}"} if product else {}
        return self.edge("SUPPLIES", f"Company:{source}", f"Company:{target}", **named)

    def leads(self, company: str, chain: str) -> Sample:
        return self.edge("LEADS", f"Company:{company}", f"IndustryChain:{chain}", role="链主")

    def holds(self, company: str, certificate: str) -> Sample:
        known = self.rows.get("Certificate", [])
        if all(row["name"] != certificate for row in known):
            self.add("Certificate", id=f"Certificate:{certificate}", name=certificate)
        return self.edge("HOLDS", f"Company:{company}", f"Certificate:{certificate}")

    def works_in(self, company: str, field: str) -> Sample:
        if all(row["name"] != field for row in self.rows.get("TechField", [])):
            self.add("TechField", id=f"TechField:{field}", name=field)
        return self.edge("WORKS_IN", f"Company:{company}", f"TechField:{field}")

    def award(self, company: str, title: str, year: int, valid_to: str | None = None) -> Sample:
        key = f"TitleAward:{company}/{title}/{year}"
        self.add("TitleAward", id=key, title=title, year=year, valid_to=valid_to)
        return self.edge("HAS_TITLE", f"Company:{company}", key)

    def total(self, park: str, product: str, capacity: float, **values: object) -> Sample:
        values = {"unit": "吨", "as_of": "2026-01-01"} | values
        ends = f"Park:{park}", f"Product:{product}"
        return self.edge("HAS_CAPACITY", ends[0], ends[1], capacity=capacity, **values)

    def tables(self, *, shuffle: int | None = None) -> GraphTables:
        schema = load_schema()
        frames: dict[str, pd.DataFrame] = {}
        for owner, rows in self.rows.items():
            frame = typed_frame(schema, owner, pd.DataFrame(rows))
            if shuffle is not None:
                frame = frame.sample(frac=1, random_state=shuffle).reset_index(drop=True)
            frames[owner] = frame
        return GraphTables(
            {owner: frame for owner, frame in frames.items() if owner in schema.nodes},
            {owner: frame for owner, frame in frames.items() if owner in schema.edges},
        )

    def graph(self, *, shuffle: int | None = None) -> ChainGraph:
        return to_chain_graph(self.tables(shuffle=shuffle))

    def fixed(self, *, shuffle: int | None = None) -> GraphStore:
        return cast("GraphStore", TablesStore(self.tables(shuffle=shuffle)))

    def into(self, store: GraphStore, *, shuffle: int | None = None) -> GraphStore:
        store.prepare(load_schema())
        store.write(self.tables(shuffle=shuffle), RUN)
        return store

    def store(self, *, shuffle: int | None = None) -> GraphStore:
        return self.into(MemoryStore(), shuffle=shuffle)


def battery_chain() -> Sample:
    """Return a small 锂电 chain: leader L in a park of 西宁, its needs, and five candidates.

    L makes 电芯 of 隔膜 (stops without) and 铜箔 (limits output); 隔膜 is made of 基膜; L declares
    1000 t of 隔膜 with IATF16949, and, for the bureau only, 铝壳.
    """
    sample = (
        Sample().region("630100", "西宁市").region("630102", "城东区").region("320000", "江苏省")
    )
    sample.park("南川", "630100").chain("锂电")
    for key, name in (("cell", "电芯"), ("sep", "隔膜"), ("foil", "铜箔"), ("base", "基膜")):
        sample.product(key, chain="锂电", name=name)
    sample.product("wet", chain="锂电", name="湿法隔膜").product("shell", chain="锂电", name="铝壳")
    sample.kind("wet", "sep")
    sample.input("sep", "cell", quantity=2.0, essential="2")
    sample.input("foil", "cell", essential="1")
    sample.input("base", "sep", essential="2")
    sample.company("L", "链主公司", region="630100", park="南川", revenue_cny=1e10, status="存续")
    sample.leads("L", "锂电").makes("L", "cell", capacity=500.0, capacity_unit="吨")
    sample.wants("L", "sep", demand_id="D1", volume=1000.0, unit="吨", certification="IATF16949")
    sample.wants("L", "shell", demand_id="D2", visibility="仅局内")
    sample.company(
        "A", "甲膜公司", region="630100", park="南川", titles="专精特新“小巨人”企业",
        revenue_cny=1e9, status="存续", short_name="甲膜",
    )  # fmt: skip
    sample.makes("A", "sep", capacity=500.0, capacity_unit="吨").holds("A", "IATF 16949:2016")
    sample.company("B", "乙膜公司", region="320000", former_names="旧乙公司")
    sample.makes("B", "wet", capacity=0.2, capacity_unit="万吨")
    sample.company("C", "丙箔公司", region="630102", status="存续").makes("C", "foil")
    sample.company("D", "丁膜公司", region="630100", status="注销").makes("D", "sep")
    sample.company("E", "戊膜公司", region="630100", status="存续").makes("E", "sep")
    sample.supplies("E", "L", "sep")
    sample.company("F", "己壳公司", region="630100", status="存续").makes("F", "shell")
    sample.company("G", "庚基公司", region="320000", status="存续").makes("G", "base")
    return sample


def rows_of(answer: object) -> list[Mapping[str, object]]:
    """Return the rows of an answer as plain data."""
    return list(answer.as_object()["rows"])  # type: ignore[attr-defined]
