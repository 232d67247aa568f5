"""From files to graph tables: read, match columns, clean, check, resolve, build.

Each step is a pure function with a typed value in and out; only ``workflow`` calls them in
their order and touches a store.
"""
