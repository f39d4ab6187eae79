"""What all tests share: the sample organisation, the work calendar, a settable clock, and real servers on loopback."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import test as django_test
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from collab.preparing import prepare_texts
from collab.samples.people import load_people
from people import calendar
from people.models import User
from tests import database
from tests.memory import remembered
from tests.servers import CHROMIUM_FLAGS, Redis, Smtp, Web, Worker, chromium_path, environment, running

logging.getLogger("mail.log").setLevel(logging.WARNING)


def pytest_configure(config: pytest.Config) -> None:
    """Tests read the texts as they are now."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    prepare_texts(lambda _said: None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races and browser tests run on PostgreSQL alone; elsewhere they are left out by name, never silently passed."""
    if connection.vendor == "postgresql":
        return
    for item in items:
        if item.get_closest_marker("races"):
            item.add_marker(pytest.mark.skip(reason="races run on PostgreSQL (DATABASE_URL)"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of a database that was migrated once."""
    with django_db_blocker.unblock(), database.test_database():
        yield


def _wiped(*_: Any) -> None:
    database.wipe()


django_test.TransactionTestCase._fixture_teardown = _wiped  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """No test sees what an earlier one left in this process: calendar, cache, language."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    calendar.forget()
    if settings.ENV.redis_url:
        cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _heads_of_its_own(settings: Any, tmp_path: Path) -> None:
    """The heads of the chains that other tests wrote down say nothing of this test's database."""
    settings.LEDGER_DIR = tmp_path / "ledger"


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The sample organisation's people by name."""
    return remembered(load_people)()


@pytest.fixture
def smtp(settings: Any) -> Iterator[Smtp]:
    """A mail server on loopback, used by this process; its log is the witness."""
    server = Smtp()
    with running(server):
        settings.MAIL_CONFIGURED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def test_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the offset (in seconds) that this process and its children add to the present."""
    file = tmp_path / "clock"
    file.write_text("0", encoding="ascii")
    monkeypatch.setenv("COLLAB_TEST_CLOCK", str(file))
    return file


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis | None]:
    """A Redis server of this test's own, where the run is on Redis; else None (the embedded broker serves)."""
    if not settings.ENV.redis_url:
        yield None
        return
    server = Redis()
    with running(server):
        yield server


@pytest.fixture
def child_env(transactional_db: None, smtp: Smtp, test_clock: Path) -> dict[str, str]:
    """The environment in which other processes share this test's database, broker, mail server and clock."""
    said = environment(
        DATABASE_URL=database.database_url(), COLLAB_DATA=str(settings.ENV.data), SMTP_URL=smtp.url,
        COLLAB_TEST_CLOCK=str(test_clock),
    )  # fmt: skip
    if settings.ENV.redis_url:
        said["REDIS_URL"] = settings.ENV.redis_url
    return said


@pytest.fixture
def worker(child_env: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """A real Celery worker on the test's database."""
    part = Worker(child_env, tmp_path)
    with running(part):
        yield part


@pytest.fixture
def web(child_env: dict[str, str], tmp_path: Path) -> Iterator[Web]:
    """The real web server on the test's database."""
    part = Web(child_env, tmp_path)
    with running(part):
        yield part


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system; a missing one is an error, never a silent skip."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the driver keeps a loop in this thread; the database is used between steps
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong; what must be quick is measured by itself
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1440 px wide, in Chinese; an error of a script fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors, errors
