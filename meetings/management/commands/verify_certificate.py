"""`manage.py verify_certificate FILE … [--ca PEM]`: is a distribution certificate as it was issued? Asks no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from meetings.certificate.checking import Check, Unreadable, check

MARKS = {True: "✔", False: "✘"}
GOOD, ALTERED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit code 0 when everything holds, 1 when something does not, 2 when a file cannot be read; of several files the worst."""

    help = "Check distribution certificates (JSON) offline: chain, signature, deadline, counts; one line per check."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a certificate as it was downloaded")
        parser.add_argument("--ca", type=Path, metavar="PEM", help="trust this certificate, not those inside the file")
        parser.add_argument("--language", choices=["zh-hans", "en"], default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            roots = [options["ca"].read_text("ascii")] if options["ca"] else None
        except (OSError, UnicodeDecodeError) as trouble:
            raise CommandError(str(trouble), returncode=UNREADABLE) from trouble
        files: list[Path] = options["files"]
        with translation.override(options["language"]):
            worst = max(self._look(file, roots, named=len(files) > 1) for file in files)
        if worst:
            raise SystemExit(worst)

    def _look(self, file: Path, roots: list[str] | None, *, named: bool) -> int:
        """The lines of one file, and its exit code."""
        before = f"{file}: " if named else ""
        try:
            found = list(check(file.read_bytes(), roots))
        except (OSError, Unreadable) as trouble:
            self.stdout.write(f"{before}{MARKS[False]} {trouble}")
            return UNREADABLE
        for one in found:
            self.stdout.write(f"{before}{self._mark(one)} {one.words}")
        return GOOD if all(one.holds for one in found) else ALTERED

    def _mark(self, one: Check) -> str:
        return "·" if one.aside and one.holds else MARKS[one.holds]
