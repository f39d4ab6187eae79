"""A hand on the board, as tests and measurements move it."""

from typing import Any

from playwright.sync_api import Page

ALL = """async () => {
  for (;;) {
    const next = document.querySelector("#board .column-next");
    if (!next) return document.querySelectorAll("#board .task-card").length;
    htmx.process(next);
    htmx.trigger(next, "click");
    while (next.isConnected) await new Promise((done) => setTimeout(done, 20));
  }
}"""


def card(page: Page, uid: Any) -> Any:
    return page.locator(f"#card-{uid}")


def way(page: Page, uid: Any, to: str) -> tuple[float, float, float, float]:
    """From where on a card a hand takes it to where in a column it lets go."""
    start, end = card(page, uid).bounding_box(), page.locator(f"#cards-{to}").bounding_box()
    assert start
    assert end
    return start["x"] + 70, start["y"] + 12, end["x"] + 110, end["y"] + 180


def carry(page: Page, x: float, y: float, to_x: float, to_y: float) -> None:
    """By mouse, as a hand does it: some twenty moves."""
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(1, 22):
        page.mouse.move(x + (to_x - x) * n / 21, y + (to_y - y) * n / 21)
        page.wait_for_timeout(16)
    page.wait_for_timeout(200)
    page.mouse.up()
