"""Whether the operation log and what was signed are as they happened."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from activity.ledger_check import wrong_places
from activity.models import LedgerEntry
from common import ports


class Command(BaseCommand):
    """A plain line for each fault, and an exit code other than 0 where there is any."""

    help = "Compute the sealed operation log anew and compare what was signed with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help="folder of the daily files, for example as an auditor kept them")

    def handle(self, *args: Any, heads: Path | None = None, **options: Any) -> None:
        if heads is not None and not heads.is_dir():
            raise CommandError(f"{heads} is no folder")
        wrong = 0
        for line in wrong_places(heads or settings.LEDGER_DIR, all_days=heads is None):
            wrong += 1
            self.stdout.write(line)
        for check in ports.ledger_checks:
            for line in check():
                wrong += 1
                self.stdout.write(line)
        if wrong:
            raise CommandError(f"{wrong} faults")
        self.stdout.write(f"{LedgerEntry.objects.count()} entries, all as they were sealed")
