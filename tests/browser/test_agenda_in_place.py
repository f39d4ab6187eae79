"""A liaison's part is amended where it stands, and is copied as the weekly report (rule D2)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.loaded import LIAISON, MOMENT, Loaded
from tests.browser.office import Office, send

pytestmark = pytest.mark.browser


def test_one_click_opens_the_own_part_and_saving_leaves_one_agenda(loaded: Loaded, desks: Office) -> None:
    page = desks.page(LIAISON)
    meeting = loaded.meeting(kind="weekly", state="planned", starts_at__gt=MOMENT)
    page.goto(reverse("meeting", args=[meeting.uid]), wait_until="networkidle")
    own = page.locator(".part.is-own")
    own.get_by_role("link", name="修改").click()
    page.get_by_label("需协调事项").fill("仓库周三盘点")
    send(page, page.get_by_role("button", name="保存"))
    expect(page.locator("#agenda-place")).to_have_count(1)
    expect(page.locator(".part.is-own")).to_contain_text("仓库周三盘点")
    page.locator(".part.is-own .report-copy summary").click()
    copied = page.locator(".part.is-own .report-copy textarea")
    assert "仓库周三盘点" in copied.input_value()
    page.locator(".part.is-own [data-copy]").click()
    expect(page.locator(".part.is-own [data-copy]")).to_contain_text("已复制")
