"""The test database: migrated once per state of the migrations, copied for every run, wiped fast after real commits."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

KEPT = {"django_migrations", "django_content_type", "people_workday"}
ROOT = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """Where templates lie; processes that test side by side share them."""
    return Path(os.environ.get("COLLAB_TEST_TEMPLATES") or settings.ENV.data)


def fingerprint() -> str:
    """Changes whenever a migration or what fills the calendar changes."""
    digest = hashlib.sha256(django.__version__.encode())
    for file in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "people" / "official_days.py"]):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time builds a template."""
    with open(templates() / f"{name}.lock", "w", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _migrate(name: str) -> None:
    """Make the schema in the database of that name, and the content types with it."""
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    connection.close()


@contextmanager
def _on_sqlite() -> Iterator[str]:
    template = templates() / f"template_{fingerprint()}.sqlite3"
    with _alone("template"):
        if not template.exists():
            for old in templates().glob("template_*.sqlite3"):
                old.unlink()
            half = template.with_suffix(".half")
            _migrate(str(half))
            with closing(sqlite3.connect(half)) as made:
                made.execute("PRAGMA journal_mode=DELETE")
            half.rename(template)
    folder = Path(tempfile.mkdtemp(prefix="collab-test-"))
    shutil.copy(template, folder / "clean.sqlite3")
    try:
        yield str(shutil.copy(template, str(folder / "collab.sqlite3")))
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_postgresql() -> Iterator[str]:
    template, name = f"collab_template_{fingerprint()}", f"test_collab_{os.getpid()}"

    def run(statement: str) -> list[tuple[Any, ...]]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    with _alone("template_pg"):
        if not run(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
            run(f"DROP DATABASE IF EXISTS {template}_half WITH (FORCE)")
            run(f"CREATE DATABASE {template}_half ENCODING 'UTF8' TEMPLATE template0")
            _migrate(f"{template}_half")
            run(f"ALTER DATABASE {template}_half RENAME TO {template}")
    run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        connection.close()
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def test_database() -> Iterator[None]:
    """A fresh migrated database for this run; the settings point to it."""
    connections.close_all()
    maker = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    before = connection.settings_dict["NAME"]
    with maker() as name:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before


def database_url() -> str:
    """How another process reaches the test database."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{said['NAME']}"
    login = said["USER"] + (":" + said["PASSWORD"] if said["PASSWORD"] else "")
    return f"postgresql://{login}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


def wipe() -> None:
    """Empty every table after a test with real commits, but for the content types and the calendar."""
    tables = [t for t in connection.introspection.table_names() if t not in KEPT and not t.startswith("sqlite_")]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(Path(connection.settings_dict["NAME"]).with_name("clean.sqlite3"))) as source:
            source.backup(connection.connection)
        return
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:  # much faster than TRUNCATE, and waits for nobody
            deletes = "; ".join(f"DELETE FROM {name}" for name in names)
            cursor.execute(f"SET session_replication_role = replica; {deletes}; SET session_replication_role = DEFAULT")
        else:
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
