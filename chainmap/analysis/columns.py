"""What a snapshot reads of the store: labels, relations and their columns, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

NODE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Company": (
        "name",
        "short_name",
        "former_names",
        "status",
        "size_class",
        "titles",
        "revenue_cny",
        "registered_capital_cny",
        "employees",
        "longitude",
        "latitude",
        "is_example",
    ),
    "Product": ("code", "name", "aliases", "unit", "is_key", "description"),
    "Segment": ("name", "stage", "position"),
    "IndustryChain": ("name",),
    "Park": ("name", "aliases"),
    "Region": ("code", "name"),
    "Industry": ("code",),
    "Certificate": ("name",),
    "TechField": ("name",),
    "TitleAward": ("title", "valid_to"),
}
"""What a snapshot reads of each label; labels not named here are not part of it."""

EDGE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "PRODUCES": (
        "probability",
        "capacity",
        "capacity_unit",
        "revenue_share",
        "utilisation",
        "is_byproduct",
        "as_of",
        "active",
    ),
    "REQUIRES": (
        "demand_id",
        "volume",
        "unit",
        "amount_cny",
        "specification",
        "certification",
        "deadline",
        "visibility",
        "sourced_from",
        "active",
    ),
    "INPUT_TO": ("quantity", "cost_share", "essential"),
    "KIND_OF": (),
    "IN_SEGMENT": (),
    "PART_OF": (),
    "SUPPLIES": ("product", "amount_cny", "active"),
    "HAS_CAPACITY": ("capacity", "unit", "as_of"),
    "HAS_SHARE": ("share",),
    "LEADS": ("role",),
    "LOCATED_IN": (),
    "IN_INDUSTRY": (),
    "HOLDS": (),
    "WORKS_IN": (),
    "HAS_TITLE": (),
    "DECIDED": ("product", "verdict", "reason", "by", "date"),
}
"""What a snapshot reads of each relationship type."""

VERDICTS = ("确认", "待核", "排除")
"""What can be decided about a pair, from the mildest to the strictest: of two that were said on
one day about two records of one firm the stricter holds."""
