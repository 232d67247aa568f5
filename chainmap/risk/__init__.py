"""Risk: what breaks when a firm, a product or a place stops."""
