"""Files and comments in a real browser: chosen, dropped, refused, taken away, by mouse and by keyboard."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from activity.models import Attachment, Comment
from people.models import User
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Report, Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=20_000)
DROP = """([place, files]) => {
  const all = new DataTransfer();
  for (const [name, content] of files) all.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector(place).dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: all}));
  }
}"""


@pytest.fixture(autouse=True)
def _files_here(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }


@pytest.fixture
def task(people: dict[str, User]) -> Task:
    return build.quantified(people, project_in_execution(people))


@pytest.fixture
def opened(page: Page, live_server: Any, task: Task) -> Page:
    """The task's page, as its liaison sees it."""
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_role("link", name="许知夏").click()
    page.locator("#sign-in button").click()
    page.wait_for_url("**/")
    page.goto(live_server.url + task.get_absolute_url())
    return page


def payload(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_what_is_good_is_attached_and_what_is_not_stays_with_its_reason(opened: Page, tmp_path: Path) -> None:
    files = {"签收单.png": made.picture(), "假图片.png": b"<svg/>", "录像.zip": b"PK\x03\x04" + bytes(26 * 1024**2)}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    opened.locator("[data-drop] input[type=file]").set_input_files([tmp_path / name for name in files])
    expect(opened.locator(".file-row")).to_have_count(1)
    expect(opened.locator(".talk-files .file-wrong")).to_have_count(2)
    expect(opened.locator(".talk-files .file-wrong", has_text="录像.zip")).to_contain_text("25 MB")
    assert [file.name for file in Attachment.objects.all()] == ["签收单.png"]
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened.evaluate("axe.run('.talk-files, .talk-comments', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found["violations"]] == []


def test_files_dropped_on_the_panel_are_attached(opened: Page) -> None:
    files = [[name, base64.b64encode(made.picture()).decode()] for name in ("一.png", "二.png", "三.png")]
    opened.evaluate(DROP, [".talk-files .drop-label", files])
    expect(opened.locator(".file-row")).to_have_count(3)


def test_a_file_that_did_not_arrive_can_be_sent_again(opened: Page) -> None:
    opened.route("**/files/of/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    opened.locator("[data-drop] input[type=file]").set_input_files([payload("签收单.png", made.picture())])
    expect(opened.locator(".talk-files .file-wrong")).to_have_count(1)
    opened.unroute("**/files/of/**")
    opened.locator(".talk-files .file-wrong").get_by_role("button", name="重试").click()
    expect(opened.locator(".file-row")).to_have_count(1)
    expect(opened.locator(".talk-files .file-wrong")).to_have_count(0)


def test_a_file_is_removed_and_brought_back_without_leaving_the_page(opened: Page) -> None:
    opened.locator("[data-drop] input[type=file]").set_input_files([payload("签收单.png", made.picture())])
    opened.get_by_role("button", name="移除 签收单.png").click()
    expect(opened.locator(".file-row")).to_have_count(0)
    opened.get_by_role("button", name="撤销").click()
    expect(opened.locator(".file-row")).to_have_count(1)


def test_the_preview_shows_the_picture(opened: Page) -> None:
    opened.locator("[data-drop] input[type=file]").set_input_files([payload("签收单.png", made.picture(size=(300, 200)))])
    opened.get_by_role("link", name="签收单.png", exact=True).click()
    picture = opened.locator(".file-pages img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 300)


def test_a_comment_is_said_by_keyboard_and_what_is_typed_survives(opened: Page, task: Task) -> None:
    area = opened.get_by_role("textbox", name="评论")
    area.fill("第一句")
    opened.reload()
    expect(area).to_have_value("第一句")
    area.press("Control+Enter")
    expect(opened.locator(".comment-text")).to_have_text(["第一句"])
    expect(area).to_have_value("")
    opened.reload()
    expect(area).to_have_value("")
    assert Comment.objects.get().text == "第一句"


def test_files_chosen_for_a_report_stay_chosen_when_it_needs_a_word(opened: Page) -> None:
    form = opened.locator("#report")
    form.locator("input[type=file]").set_input_files([payload("签收单.png", made.picture())])
    expect(form.locator(".file-sending")).to_contain_text("签收单.png")
    form.locator("input[name=done]").fill("99")
    form.locator("button[type=submit]").click()
    expect(form.locator("button[name=confirm]")).to_be_visible()
    expect(form.locator(".file-sending")).to_contain_text("签收单.png")
    form.locator("button[name=confirm]").click()
    expect(opened.locator(".file-row")).to_have_count(1)
    assert (Report.objects.count(), Attachment.objects.count()) == (1, 1)


def test_a_file_dropped_beside_its_place_does_not_take_the_page_away(opened: Page) -> None:
    opened.get_by_role("textbox", name="评论").fill("写到一半")
    stopped = opened.evaluate("""() => {
      const all = new DataTransfer(); all.items.add(new File(["x"], "a.txt"));
      const event = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: all});
      return !document.querySelector("h1").dispatchEvent(event);
    }""")
    assert stopped
    assert Attachment.objects.count() == 0
