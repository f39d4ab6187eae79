"""Makes the pictures of the README: the sample project as it stands when loaded, in Chinese, by Chromium."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.servers import CHROMIUM_FLAGS, ROOT, Process, chromium_path, free_port, wait_for

DOCS = ROOT / "docs"
PASSWORD = "collab-2026"  # noqa: S105  of the samples
PICTURES = [  # file, who looks, where: an address, or the name of a tab of the sample project
    ("my-desk.png", "xuzhixia", "desk"),
    ("board.png", "linshuyao", "board"),
]


def sign_in(page: Page, url: str, name: str) -> None:
    """As a person would."""
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit], form:has(input[name=password]) button").first.click()
    page.wait_for_url(lambda there: "login" not in there)


def show(page: Page, url: str, where: str) -> None:
    """Open My desk, or a tab of the sample project."""
    if where == "desk":
        page.goto(f"{url}/")
        return
    page.goto(f"{url}/projects/")
    project = page.locator("main a[href*='/projects/']").filter(has_text="新品上市").first.get_attribute("href") or ""
    page.goto(f"{url}{project.rstrip('/')}/{where}/")


def take(url: str) -> None:
    """Look at every page of the list, and keep what is seen."""
    DOCS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
        for file, name, where in PICTURES:
            sign_in(page, url, name)
            show(page, url, where)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=DOCS / file)
            print(f"docs/{file}: {page.url}")
        browser.close()


def main(running_at: str = "") -> int:
    """Of an application that runs already with its samples, else of one served for this from an empty directory."""
    if running_at:
        take(running_at.rstrip("/"))
        return 0
    data, port = Path(tempfile.mkdtemp(prefix="collab-pictures-")), free_port()
    env = {**os.environ, "COLLAB_MODE": "embedded", "COLLAB_DATA": str(data), "PORT": str(port)}
    served = Process([sys.executable, "manage.py", "serve"], log=data / "out", env=env)
    try:
        wait_for(lambda: "Collab is ready" in served.said() or served.child.poll() is not None, 300, "the first page")
        if served.child.poll() is not None:
            print(served.said())
            return 1
        take(f"http://localhost:{port}")
    finally:
        served.stop()
        shutil.rmtree(data, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
