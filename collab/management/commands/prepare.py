"""Before the web server of a production machine is started: schema, texts, static files. Safe on several machines at once."""

from typing import Any

from django.core.management.base import BaseCommand

from collab.preparing import prepare


class Command(BaseCommand):
    """Does what is left to do, and says it."""

    help = "Bring the database schema, texts and static files up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
