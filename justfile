# One door to every check; `python tools/check.py` is its twin where just is not installed.
check:
    python tools/check.py
fix:
    python tools/check.py --fix --only format lint
test:
    python -m pytest
test-neo4j:
    CHAINMAP_REQUIRE=neo4j python -m pytest -m neo4j
browser:
    CHAINMAP_REQUIRE=browser python -m pytest -m browser
notebooks:
    python tools/run_notebooks.py
smoke:
    python tools/smoke_wheel.py
schema:
    python tools/write_schema.py
seed:
    python tools/make_seed.py
bench *sizes:
    python benchmarks/run.py {{sizes}}
