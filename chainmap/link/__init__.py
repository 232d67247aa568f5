"""Linking free text to products and names to firms."""
