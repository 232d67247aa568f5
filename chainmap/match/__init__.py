"""Matching: which companies should meet a leader about which product, with visible reasons."""
