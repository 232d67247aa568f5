"""The graph as arrays: one immutable snapshot and the arithmetic that several answers share.

Nothing here knows a store: a snapshot is made of graph tables, and it is given a way to look up
where a row came from.
"""
