"""A real Chromium without a network; any request, page error or console message fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return ``open_page(html or path, size)``; what the page did wrong is asserted at the end."""
    wrong: list[str] = []
    contexts = []

    def opened(source: str | Path, size: tuple[int, int] = (1600, 900)) -> Any:
        if isinstance(source, str):
            path = tmp_path / f"page{len(contexts)}.html"
            path.write_text(source, encoding="utf-8")
        else:
            path = source
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, offline=True, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda r: _note_request(wrong, r.url))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("dialog", lambda dialog: (wrong.append("dialog"), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _note_request(wrong: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        wrong.append(f"request: {url}")
