"""Take the pictures of the README anew: `python -m docs.pictures` (needs a Chromium)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
WIDTH, HEIGHT = 1280, 1120  # readiness, and what needs a decision


def main() -> None:
    """Serve the example in each language and take its overview."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("POLLREADY_CHROMIUM") or shutil.which("chromium"),
            args=[*flags, "--disable-background-networking"],
        )
        for language in ("fa", "en"):
            with tempfile.TemporaryDirectory() as folder:
                take(browser, language, folder)
        browser.close()


def take(browser: Browser, language: str, folder: str) -> None:
    """Load the example into `folder`, sign in, and keep the top of the overview."""
    command = [sys.executable, "-m", "pollready", "serve", "--data", folder, "--example",
               "--language", language]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            link = next(filter(None, (re.search(r"http\S+/sign-in/\S+", line)
                                      for line in server.stdout or ())))[0]  # fmt: skip
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(link)
            page.locator("main button").click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"overview-{language}.png")
            page.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
