"""How good the proposals are: known relations kept back, everything ranked, baselines beside."""
