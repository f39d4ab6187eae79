"""People at their desks: one window per person, signed in through the page; what they click, choose and send."""

import re

from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from collab.samples.people import PASSWORD

BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"
WAIT = 30_000  # milliseconds: a busy machine is no fault of the pages
expect.set_options(timeout=WAIT)


class Office:
    """The people of the sample organisation; an error in a script of any page is kept and fails at the end."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.windows: dict[str, BrowserContext] = {}
        self.pages: dict[str, Page] = {}
        self.errors: list[str] = []

    def page(self, name: str) -> Page:
        """The page of a person, who signs in when first asked for."""
        if name not in self.pages:
            self.pages[name] = self._sign_in(name)
        return self.pages[name]

    def _sign_in(self, name: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.url
        )
        context.set_default_timeout(WAIT)
        self.windows[name] = context
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{name}: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(reverse("account_login"))
        page.get_by_role("link", name=name).click()
        expect(page.locator("[name=login]")).not_to_have_value("")
        if not page.locator("[name=password]").input_value():
            page.fill("[name=password]", PASSWORD)
        page.locator("#sign-in button").click()
        expect(page.locator("h1")).to_have_text("我的工作台")
        return page

    def close(self) -> None:
        """Everybody goes home; no page has had an error."""
        for context in self.windows.values():
            context.close()
        assert self.errors == []


def send(page: Page, button: Locator) -> Response:
    """Press a button whose answer comes into the page; a refusal fails with what the page says."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as said:
        button.click()
    answer = said.value
    expect(page.locator(BUSY)).to_have_count(0)
    assert answer.status < 400, f"{answer.status} {answer.url}\n{troubles(page)}"
    return answer


def submit(page: Page, button: Locator) -> None:
    """Press a button that leads to another page; a refusal fails with what the page says."""
    with page.expect_navigation() as there:
        button.click()
    answer = there.value
    assert answer, page.url
    assert answer.status < 400, f"{answer.status} {answer.url}\n{troubles(page)}"


def troubles(page: Page) -> str:
    """What the page says is wrong."""
    return "\n".join(page.locator(".invalid-feedback, .alert-danger, .alert-warning, h1").all_inner_texts())


def choose(control: Locator, words: str) -> None:
    """Choose from a list by its visible words, or how they begin."""
    shown = [text.strip() for text in control.locator("option").all_inner_texts()]
    fitting = [text for text in shown if text == words] or [text for text in shown if re.split(r"[ ·(（]", text)[0] == words]
    assert fitting, f"{words} is not offered: {shown}"
    control.select_option(label=fitting[0])


def fill(form: Locator, **said: str | int | bool | None) -> None:
    """Type and choose as a person would: the controls are known by their names; nothing said leaves them as they are."""
    for name, value in said.items():
        if value is None or value == "":
            continue
        control = form.locator(f"[name={name}]:not([type=hidden]), [name$='-{name}']:not([type=hidden])")
        if isinstance(value, bool):
            control.set_checked(value)
            continue
        kind = control.first.evaluate("it => it.type || it.tagName")
        if kind == "select-one":
            choose(control, str(value))
        elif kind == "radio":
            control.and_(form.locator(f"[value={value}]")).check()
        else:
            control.fill(str(value))


def open_tab(page: Page, name: str) -> None:
    """Go to one of the project's tabs."""
    page.locator(".project-tabs").get_by_role("link", name=re.compile(rf"^\s*{name}")).click()
    expect(page.locator(".project-tab.here")).to_contain_text(name)
