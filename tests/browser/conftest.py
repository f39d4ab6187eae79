"""What browser tests share: pages served with their styles, people in windows of their own, the loaded launch."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests import database
from tests.browser.loaded import MOMENT, Loaded
from tests.browser.office import Office
from tests.browser.walker import Walker
from tests.memory import remembered
from tests.servers import Web, Worker, environment, running


@pytest.fixture(scope="session")
def styles() -> None:
    """What pages load stands where the web server looks for it."""
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


@pytest.fixture
def child_env(styles: None, child_env: dict[str, str]) -> dict[str, str]:
    """As everywhere, with the styles in their place before the web server looks."""
    return child_env


@pytest.fixture
def office(browser: Browser, web: Web) -> Iterator[Office]:
    """The people of the sample, each signed in on a page of their own when first needed."""
    cache.clear()
    people = Office(browser, web.url)
    yield people
    people.close()


@pytest.fixture
def walker(test_clock: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Walker:
    """The clock that all processes share, walked from beat to beat."""
    monkeypatch.setenv("CELERY_SKIP_CHECKS", "true")  # models need not be checked anew at each of some hundred stops
    return Walker(test_clock)


@pytest.fixture(scope="module")
def loaded(
    styles: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """The launch as it stands at that moment, loaded once and laid out anew for each file of tests."""
    file = tmp_path_factory.mktemp("clock") / "offset"
    file.write_text(str((MOMENT - datetime.now(UTC)).total_seconds()), encoding="ascii")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("COLLAB_TEST_CLOCK", str(file))
        try:
            yield remembered(Loaded.load, committed=True)()
        finally:
            database.wipe()


@pytest.fixture(scope="module")
def desks(loaded: Loaded, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office of the loaded launch, before a real web server."""
    said = environment(DATABASE_URL=database.database_url(), COLLAB_DATA=str(settings.ENV.data))
    web = Web(said, tmp_path_factory.mktemp("web"))
    with running(web):
        cache.clear()
        office = Office(browser, web.url)
        yield office
        office.close()
