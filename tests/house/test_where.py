"""No test is lost between the databases, and what may differ on SQLite is tried on it."""

import ast
import re
from collections.abc import Iterator

from scripts import run_tests
from tests.house.source import sources
from tests.where import ON_BOTH, ONCE, OWN_SQL, PAGES, TESTS, WITHOUT_DATABASE, every_file

SPEAKS_SQL = re.compile(r"connection\.(cursor|vendor)\b|\bRawSQL\(|\.raw\(|skip_locked=|nowait=")
SPEAKS_OF_A_DATABASE = re.compile(r"\b(IntegrityError|OperationalError|DatabaseError)\b|connection\.(cursor|vendor)\b")


def test_every_file_runs_somewhere_and_every_rule_on_postgresql() -> None:
    """All but what asks no database, or brings its own, run on PostgreSQL; that runs beside SQLite."""
    everything = set(every_file())
    assert {*ONCE, *ON_BOTH} <= everything, "a file named in tests/where.py is gone"
    assert set(run_tests.on_postgresql()) | set(ONCE) == everything
    assert set(run_tests.on_sqlite()) == {*ONCE, *ON_BOTH}
    assert not set(ONCE) & set(ON_BOTH)


def test_what_is_said_to_ask_no_database_asks_none() -> None:
    asking = {file for file in WITHOUT_DATABASE if any(_asks_the_database((TESTS / file).read_text("utf-8")))}
    assert asking == set(), "these tests would not see PostgreSQL: take them out of WITHOUT_DATABASE"


def _asks_the_database(source: str) -> Iterator[str]:
    """Marks and fixtures that open the database to a test; without them pytest-django closes it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "django_db":
            yield node.attr
        if isinstance(node, ast.FunctionDef):
            yield from (arg.arg for arg in node.args.args if arg.arg in ("db", "transactional_db", "people", "client", "project"))


def test_sql_of_our_own_is_tried_on_both_databases() -> None:
    own = [source for source in sources() if "/migrations/" not in source.name]
    speaking = {source.name for source in own if SPEAKS_SQL.search(source.path.read_text("utf-8"))}
    assert sorted(speaking - set(OWN_SQL)) == [], "tests/where.py names what tries each module that speaks SQL of its own"


def test_tests_that_speak_of_the_database_run_on_both() -> None:
    """But for races, which are PostgreSQL's alone, and counts of queries, which are the same."""
    speaking = {file for file in every_file() if SPEAKS_OF_A_DATABASE.search((TESTS / file).read_text("utf-8"))}
    races = {file for file in every_file() if "mark.races" in (TESTS / file).read_text("utf-8")}
    assert sorted(speaking - races - {*ON_BOTH, *ONCE}) == []


def test_every_app_shows_a_page_on_both() -> None:
    apps = {source.name.split("/")[0] for source in sources() if source.name.endswith("/urls.py")}
    assert apps == set(PAGES)
    assert all(file.startswith(f"{app}/") for app, file in PAGES.items())
