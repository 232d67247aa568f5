"""The seed data generator: curated tables in, import-ready tables and three workbooks out.

The one choice: nothing is drawn from a random generator with a state. Every draw is a hash of
the seed and of what is drawn for whom (``draw.py``), so that adding a firm does not change the
others, and neither PYTHONHASHSEED nor the Python version matters.
"""

import chainmap.xlsx  # noqa: F401 - first of all: it settles how openpyxl writes
