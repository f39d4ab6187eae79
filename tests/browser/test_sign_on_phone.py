"""A director signs on a phone: three taps, nothing runs off the side, and a signature drawn by finger goes along (rule C6)."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from collab.samples.people import PASSWORD
from documents.blobs import read
from documents.models import Signature
from documents.services.drawing import LIMIT
from people.models import User
from tests.browser.office import Office, submit
from tests.documents import build as papers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def draw(page: Page) -> None:
    """A stroke across the place for it."""
    place = page.locator(".drawing-place")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 90)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 20, box["y"] + 90 + (30 if step % 2 else -30))
    page.mouse.up()


def test_three_taps_from_the_request_to_the_signature(office: Office, people: dict[str, User]) -> None:
    document = papers.opened(people)
    page = office.page("蒋明远")
    page.set_viewport_size(PHONE)
    page.goto(reverse("sign_document", args=[document.uid]))
    assert fits(page)
    jump = page.get_by_role("link", name="去签署")
    expect(jump).to_be_in_viewport()  # however long the paper is
    jump.click()
    page.locator("#sign [name=password]").click()
    page.keyboard.type(PASSWORD)
    submit(page, page.locator("#sign form").first.get_by_role("button", name="签署"))
    expect(page.locator("#slots .is-signed", has_text="蒋明远")).to_be_visible()
    assert fits(page)
    assert Signature.objects.get().drawing is None


def test_what_is_drawn_goes_along_and_stays_when_the_password_was_wrong(office: Office, people: dict[str, User]) -> None:
    document = papers.opened(people)
    page = office.page("蒋明远")
    page.set_viewport_size(PHONE)
    page.goto(reverse("sign_document", args=[document.uid]))
    page.locator(".sign-drawing > summary").click()
    expect(page.locator(".drawing-place[width]")).to_be_visible()
    draw(page)
    drawn = page.locator("[name=drawing]").input_value()
    assert drawn.startswith("data:image/png")
    page.fill("#sign [name=password]", "no")
    button = page.locator("#sign form").first.get_by_role("button", name="签署", exact=True)
    with page.expect_navigation():
        button.click()
    expect(page.locator("[name=drawing]")).to_have_value(drawn)
    page.fill("#sign [name=password]", PASSWORD)
    submit(page, page.locator("#sign form").first.get_by_role("button", name="签署", exact=True))
    signature = Signature.objects.get()
    assert signature.drawing is not None
    content = read(signature.drawing)
    assert len(content) <= LIMIT
    with Image.open(BytesIO(content)) as picture:
        assert picture.getextrema()[3][1] > 0  # something was drawn
    shown = page.locator(".slot-drawing")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.naturalWidth") > 0
