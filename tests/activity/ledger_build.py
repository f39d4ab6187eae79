"""What the tests of the sealed log share: acts of people, the database's superuser, and what the command says."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection

from activity.ledger import seal_events
from activity.models import Event
from people.models import User
from projects.models import Project
from tests import build


def acts(people: dict[str, User]) -> Project:
    """A project with a dozen acts in it, all sealed."""
    project = build.with_departments(people)
    seal_events()
    return project


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor for which no trigger and no foreign key holds, as for whoever owns the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def events(project: Project) -> list[Event]:
    """The acts of a project, the first first."""
    return list(Event.objects.filter(project_id=project.pk).order_by("pk"))


def verify(**options: Any) -> list[str]:
    """What `manage.py verify_ledger` says of faults; nothing when all is as it was sealed, and only then it ends well."""
    said = io.StringIO()
    try:
        call_command("verify_ledger", stdout=said, **options)
    except CommandError:
        lines = said.getvalue().splitlines()
        assert lines
        return lines
    assert said.getvalue().endswith("all as they were sealed\n")
    return []
