"""`manage.py rotate_key`: seal by a new key from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.refusals import Refused
from documents.sealing.keys import folder, rotate
from documents.sealing.probe import try_seal


class Command(BaseCommand):
    """The old certificate is kept: what it sealed stays valid."""

    help = "Make a new key for the organisation's seal; what was sealed by the old one stays valid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-authority", action="store_true", help="make a new authority as well, when the old one's key is lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = rotate(new_authority=options["new_authority"])
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{row.fingerprint}  {row.not_before:%Y-%m-%d} – {row.not_after:%Y-%m-%d}  {folder()}")
        if trouble := try_seal():
            raise CommandError(trouble)
