"""The documentation site: made offline without a warning; its pictures can be made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import code_blocks
import look
import pictures
import pytest
from playwright.sync_api import sync_playwright

DOCS = code_blocks.REPOSITORY / "docs"


def make_site(docs: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", "-q", docs, target]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.browser
def test_the_site_is_made_without_a_warning_and_asks_nobody_for_anything(chromium: str, tmp_path: Path) -> None:
    made = make_site(DOCS, tmp_path / "site")
    assert made.returncode == 0, made.stderr
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "site" / "index.html").as_uri())
        page.goto((tmp_path / "site" / "search.html").as_uri() + "?q=quarantine")
        page.wait_for_selector("#search-results li")
        found = page.locator("#search-results li").all_inner_texts()
        browser.close()
    assert not [url for url in asked if not url.startswith("file:")]
    assert any("ledgers and registers" in each for each in found)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_broken_link_in_the_docs_is_seen(tmp_path: Path) -> None:
    docs = Path(shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("images")))
    (docs.parent / "partnership_lib").symlink_to(code_blocks.REPOSITORY / "partnership_lib")
    (docs / "glossary.md").write_text("# Glossary\n\n[nowhere](nowhere.md)\n", encoding="utf-8")
    made = make_site(docs, tmp_path / "site")
    assert made.returncode != 0
    assert "nowhere.md" in made.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm on this machine (run.py test-all fetches it)")
def test_every_picture_can_be_made_again(chromium: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "IMAGES", tmp_path)
    pictures.main([])
    made = {file.name for file in tmp_path.iterdir()}
    pairs = set(look.PICTURES.values())  # before and after a change: made once, by hand of `look`
    assert made == {file.name for file in (DOCS / "images").iterdir()} - pairs
    assert all(file.stat().st_size < 100_000 for file in tmp_path.iterdir())
