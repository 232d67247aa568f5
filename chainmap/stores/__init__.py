"""Graph stores: one small port, three engines (memory, SQLite, Neo4j)."""
