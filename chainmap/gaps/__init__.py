"""Gaps: what a zone's chains lack, computed from demand, makers, capacity and confidence."""
