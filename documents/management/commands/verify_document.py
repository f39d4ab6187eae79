"""`manage.py verify_document FILE [FILE] [--certificate PEM]`: is this the genuine document? Works without a database as well."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from documents.sealing import verifying
from documents.sealing.checks import check_pdf
from documents.sealing.findings import Findings
from documents.sealing.keys import roots, time_roots
from documents.sealing.verifying import Check

MARKS = {True: "✔", False: "✘"}


class Command(BaseCommand):
    """Exit code 0 when everything holds, 1 when something does not, 2 when a file cannot be read."""

    help = "Check a sealed PDF, its proof file, or both; one line per check."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a sealed PDF, a proof file (JSON), or both")
        parser.add_argument("--certificate", action="append", type=Path, default=[], metavar="PEM",
                            help="trust this certificate, and ask no database")  # fmt: skip
        parser.add_argument("--time-certificate", action="append", type=Path, default=[], metavar="PEM",
                            help="the root of the time-stamp server's certificate")  # fmt: skip
        parser.add_argument("--language", choices=["zh-hans", "en"], default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            contents = [file.read_bytes() for file in options["files"]]
            trusted = [file.read_text("ascii") for file in options["certificate"]]
            clocks = [file.read_text("ascii") for file in options["time_certificate"]]
        except (OSError, UnicodeDecodeError) as trouble:
            raise CommandError(str(trouble), returncode=2) from trouble
        with translation.override(options["language"]):
            try:
                checks = list(self._checks(contents, trusted, clocks))
            except DatabaseError as trouble:
                said = _("There is no database to ask; name the certificate to trust: --certificate FILE")
                raise CommandError(said, returncode=2) from trouble
            for check in checks:
                self.stdout.write(f"{MARKS[check.holds]} {check.words}")
        if not all(check.holds for check in checks):
            raise SystemExit(1)

    def _checks(self, contents: list[bytes], trusted: list[str], clocks: list[str]) -> Iterator[Check]:
        asks = not trusted
        if asks:
            trusted, clocks = roots(), clocks or time_roots()
        found: list[Findings] = []
        proofs: list[bytes] = []
        for content in contents:
            finding = check_pdf(content, trusted, clocks)
            if content.lstrip()[:1] == b"{":
                held = list(verifying.of_proof(content, trusted))
                yield from held
                if len(held) > 1:
                    proofs.append(content)
                    if asks:
                        yield verifying.same_signatures(content)
            else:
                yield from verifying.of_pdf(finding)
                found.append(finding)
            if asks:
                yield from verifying.known_here(finding.sha256)
        yield from (verifying.of_both(finding, proof) for finding in found for proof in proofs)
