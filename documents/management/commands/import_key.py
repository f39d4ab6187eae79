"""`manage.py import_key FILE`: seal by a given key from now on."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.refusals import Refused
from documents.sealing.keys import folder, take_in
from documents.sealing.probe import try_seal


class Command(BaseCommand):
    """Refused when the certificate is not for sealing, or not valid today."""

    help = "Seal by the key and certificate of a PKCS#12 file (.p12, .pfx) from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--password-file", type=Path, help="else COLLAB_SEAL_PASSWORD, else it is asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = take_in(options["file"].read_bytes(), self._password(options["password_file"]))
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{row.fingerprint}  {row.not_before:%Y-%m-%d} – {row.not_after:%Y-%m-%d}  {folder()}")
        if trouble := try_seal():
            raise CommandError(trouble)

    def _password(self, file: Path | None) -> str:
        if file is not None:
            return file.read_text("utf-8").rstrip("\n")
        return settings.ENV.seal_password or (getpass.getpass() if sys.stdin.isatty() else "")
