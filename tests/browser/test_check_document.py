"""A stranger checks a file: the browser hashes it and sends the hash alone; where it cannot, the server does the work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from documents.codes import in_groups
from documents.models import Document
from tests.documents.build import People
from tests.documents.verify_build import finished, sealed_bytes
from tests.servers import Web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INSECURE = "http://collab.test"  # to a browser any name but localhost is none, as a plain http network is
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def document(people: People) -> Document:
    return finished(people)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sealed file as it was handed out, one with a byte changed, and one of 200 MB."""
    (tmp_path / "备忘录.pdf").write_bytes(sealed_bytes())
    changed = bytearray(sealed_bytes())
    changed[len(changed) // 2] ^= 1
    (tmp_path / "改过.pdf").write_bytes(changed)
    with open(tmp_path / "很大.pdf", "wb") as big:
        big.write(b"%PDF-1.7\n")
        big.truncate(200 * 1024**2)
    return tmp_path


@pytest.fixture
def lan(browser: Browser, web: Web) -> Iterator[Page]:
    """A phone in a network without https: it reaches the server by another name than localhost."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", proxy={"server": web.url})  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def check(page: Page, file: Path | None = None, code: str = "") -> Request:
    """Fill in, press, and what was sent."""
    page.fill("[name=code]", code)
    if file is not None:
        page.set_input_files("[name=file]", file)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("#verify button").click()
    page.wait_for_load_state()
    return sent.value


def test_the_browser_sends_the_hash_alone(document: Document, folder: Path, web: Web, page: Page) -> None:
    page.goto(f"{web.url}/verify/")
    sent = check(page, folder / "备忘录.pdf")
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert f"sha256={document.sealed_pdf_id}" in (sent.post_data or "")
    expect(page.locator("#verdict-head")).to_have_text("真实有效，未经改动")
    check(page, folder / "改过.pdf")
    expect(page.locator("#verdict-head")).to_have_text("未找到")
    check(page, folder / "改过.pdf", in_groups(document.code).lower())
    expect(page.locator("#verdict-head")).to_have_text("所选文件与该验真码的文件不一致")
    page.goto(f"{web.url}/verify/")
    check(page, folder / "备忘录.pdf", document.code)
    expect(page.locator("#verdict-head")).to_have_text("真实有效，未经改动")
    page.set_input_files("[name=file]", folder / "很大.pdf")
    page.locator("#verify button").click()
    expect(page.locator(".verify-said")).to_contain_text("25.0 MB")


def test_on_plain_http_the_file_is_sent_and_hashed_by_the_server(document: Document, folder: Path, lan: Page) -> None:
    lan.goto(f"{INSECURE}/verify/{document.code}/")
    assert lan.evaluate("window.crypto.subtle === undefined")
    sent = check(lan, folder / "备忘录.pdf", document.code)
    assert sent.headers["content-type"].startswith("multipart/form-data")
    expect(lan.locator("#verdict-head")).to_have_text("真实有效，未经改动")
    lan.set_input_files("[name=file]", folder / "很大.pdf")
    lan.locator("#verify button").click()
    expect(lan.locator(".verify-said")).to_contain_text("25.0 MB")


def test_without_script_it_works_and_200_mb_are_refused_before_they_have_come(
    document: Document, folder: Path, web: Web, without_script: Page
) -> None:
    page = without_script
    page.goto(f"{web.url}/verify/")
    check(page, folder / "备忘录.pdf", document.code)
    expect(page.locator("#verdict-head")).to_have_text("真实有效，未经改动")
    check(page, folder / "很大.pdf")
    expect(page.locator("#id_file-error")).to_contain_text("25 MB")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("h1")).to_have_text("Check a document")
