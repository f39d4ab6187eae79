"""What holds on every address: closed by default, safe headers, a frame that shows nothing that does not exist."""

import gzip
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from common.templatetags.signs import icon
from people.models import User

pytestmark = pytest.mark.django_db
People = dict[str, User]
PUBLIC = {
    "account_login", "account_logout", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "language", "healthz",
}  # fmt: skip
SAMPLES = {"uuid": str(uuid.UUID(int=7)), "int": "7", "str": "x", "slug": "x", "path": "x"}


def addresses(patterns: list[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[tuple[str, str]]:
    """Every address of the product with its name, its places filled."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + route)
            continue
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), before + route)
        if route.startswith("^"):
            filled = reverse("account_reset_password_from_key", args=["1", "no-key"])
        yield pattern.name or "", filled


def names() -> list[str]:
    return sorted({name for name, _url in addresses()})


def test_every_address_has_a_name(people: People) -> None:
    assert "" not in names()


def test_what_is_not_public_asks_for_sign_in(client: Client, people: People) -> None:
    for name, url in addresses():
        answer = client.get(url)
        if name in PUBLIC or name == "api_nowhere" or name.startswith(("verify", "check_", "calendar_feed")):
            continue  # who has a code or an address asks without an account
        asked = (
            (401,) if name.startswith("api_") and name != "api_docs" else (302, 405)
        )  # a program is told, a person is led to the page
        assert answer.status_code in asked, (name, answer.status_code)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith(reverse("account_login")), name


@pytest.mark.parametrize("signed_in", [False, True])
def test_safe_headers_on_every_address(people: People, signed_in: bool) -> None:
    client = Client(raise_request_exception=False)
    for name, url in [*addresses(), ("missing", "/nothing/here/")]:
        if signed_in:
            client.force_login(people["林书瑶"])
        answer = client.get(url)
        said = answer.headers
        policy = said["Content-Security-Policy"]
        script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
        assert "unsafe" not in script, name
        assert "frame-ancestors 'none'" in policy, name
        assert said["X-Content-Type-Options"] == "nosniff", name
        assert said["X-Frame-Options"] == "DENY", name
        assert said["Referrer-Policy"] == ("no-referrer" if name == "calendar_feed" else "same-origin"), name
        assert answer.status_code != 500, name


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, people: People) -> None:
    client.post(reverse("account_login"), {"login": "linshuyao", "password": settings.SAMPLE_PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_hold_no_script_and_no_style_of_their_own(client: Client, people: People) -> None:
    client.force_login(people["林书瑶"])
    for url in ("/", reverse("me"), reverse("rights"), reverse("notices"), "/nothing/"):
        text = client.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), url
        assert not re.search(r"<style|\son[a-z]+=", text), url


def test_an_unknown_address_says_so_in_the_frame(client: Client, people: People) -> None:
    client.force_login(people["林书瑶"])
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "这里没有您可以查看的内容" in answer.content.decode()
    assert Client().get("/nothing/here/").status_code == 404


def test_every_icon_that_templates_name_is_in_the_set() -> None:
    named = set()
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        named |= set(re.findall(r"{% icon \"([a-z0-9-]+)\"", file.read_text(encoding="utf-8")))
    assert named
    if settings.ICONS_DIR.is_dir():
        assert not {name for name in named if "<path" not in str(icon(name))}


def test_scripts_of_a_page_weigh_less_than_150_kb(client: Client, people: People) -> None:
    client.force_login(people["林书瑶"])
    text = client.get("/").content.decode()
    files = [finders.find(src.removeprefix("/static/")) for src in re.findall(r'<script[^>]* src="([^"]+)"', text)]
    files.append(finders.find("js/clocks.js"))
    assert len(files) >= 4
    assert sum(len(gzip.compress(Path(str(file)).read_bytes())) for file in files if file) < 150_000
