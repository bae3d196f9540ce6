"""`make screenshots`: the pages over the demo's newsroom, as a phone and a desk see them, by day and night.

python -m tests.monitor.web.browsing.screenshots writes to docs/img those that the documents show; with a
folder behind it, all of them to there.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.monitor.web.browsing.desk import served_newsroom

SIZES = {"phone": (400, 800), "desk": (1200, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# What is shown, by the file's name; a word after a star follows the first link that begins so.
PAGES = {
    "new": "/",
    "agreements": "/agreements?party=UA&sort=date",
    "pair": "/agreements/GB-UA",
    "map": "/map?party=UA",
    "search": "/search?q=security",
    "step": "*/steps/",
    "article": "*/articles/",
    "review": "/review",
    "deliveries": "/deliveries",
    "sources": "/sources",
    "status": "/status",
    "uk": "/?lang=uk",
}
# What docs/img keeps: few and small.
SHOWN = {
    "new-desk-light", "agreements-desk-light", "pair-desk-light", "map-desk-light", "map-desk-dark",
    "article-desk-light", "review-desk-light", "new-phone-light", "new-phone-dark", "uk-phone-light",
}  # fmt: skip


def shots(browser: Browser, url: str, folder: Path, *, everything: bool) -> Iterator[Path]:
    """The pages in their sizes and schemes."""
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB"
            )
            page = context.new_page()
            for name, path in PAGES.items():
                if not everything and f"{name}-{size}-{scheme}" not in SHOWN:
                    continue
                page.goto(url if path.startswith("*") else f"{url.rstrip('/')}{path}")
                if path.startswith("*"):
                    page.locator(f'a[href^="{path[1:]}"]').first.click()
                target = folder / f"{name}-{size}-{scheme}.png"
                page.screenshot(path=target)
                yield target
            context.close()


def main() -> int:
    """0 when all are taken; 2 where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("there is no chromium on this machine (apt-get install chromium)", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/img")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as work,
        served_newsroom(Path(work)) as desk,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in shots(browser, desk.url, folder, everything=len(sys.argv) > 1):
            print(path)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
