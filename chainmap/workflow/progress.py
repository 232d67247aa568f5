"""How a long job tells how far it is: one call a step, drawn by whoever listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the step (``import.step.read``, a text id), how much is done, of how much."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note; must not raise."""


def silent(step: str, done: int, total: int) -> None:
    """Take no note."""
    del step, done, total
