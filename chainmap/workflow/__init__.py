"""The jobs: one file each, the only place that wires stores to analysis.

``JOBS`` is what ``import chainmap`` offers and what the command line calls; the modules are
imported when a job is asked for, so that ``import chainmap`` and ``chainmap --help`` stay light.
"""

from __future__ import annotations

from collections.abc import Mapping

JOBS: Mapping[str, str] = {
    "init_workspace": "chainmap.workflow.workspace:init_workspace",
    "write_template": "chainmap.workflow.template:write_template",
    "import_files": "chainmap.workflow.import_files:import_files",
    "link_texts": "chainmap.workflow.link:link_texts",
    "list_reviews": "chainmap.workflow.review:list_reviews",
    "decide_reviews": "chainmap.workflow.review:decide_reviews",
    "export_reviews": "chainmap.workflow.review_book:export_reviews",
    "import_reviews": "chainmap.workflow.review_book:import_reviews",
    "load_chain_graph": "chainmap.workflow.snapshot:load_chain_graph",
    "find_matches": "chainmap.workflow.match:find_matches",
    "decide_pair": "chainmap.workflow.decide:decide_pair",
    "undo_decision": "chainmap.workflow.decide:undo_decision",
    "list_decisions": "chainmap.workflow.decide:list_decisions",
    "export_decisions": "chainmap.workflow.decide_book:export_decisions",
    "import_decisions": "chainmap.workflow.decide_book:import_decisions",
    "evaluate_edges": "chainmap.workflow.evaluate:evaluate_edges",
    "find_gaps": "chainmap.workflow.gaps:find_gaps",
    "simulate_outage": "chainmap.workflow.whatif:simulate_outage",
    "draw_graph": "chainmap.workflow.draw_graph:draw_graph",
    "write_report": "chainmap.workflow.write_report:write_report",
    "list_targets": "chainmap.workflow.gaps:list_targets",
    "run_demo": "chainmap.workflow.demo:run_demo",
    "run_query": "chainmap.workflow.query:run_query",
    "store_info": "chainmap.workflow.store:store_info",
    "copy_store": "chainmap.workflow.store:copy_store",
    "prune_store": "chainmap.workflow.store:prune_store",
    "explain_query": "chainmap.workflow.store:explain_query",
    "export_for_neo4j": "chainmap.workflow.store_export:export_for_neo4j",
    "examine": "chainmap.workflow.doctor:examine",
}
"""Public name -> ``module:function``. (``match`` is called ``find_matches`` outside, because
``chainmap.match`` is the package of the scoring.)"""
