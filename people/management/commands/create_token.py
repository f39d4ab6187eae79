"""`manage.py create_token USERNAME`: a key to the API in a person's name, printed once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.refusals import Refused
from people.backends import people_named
from people.tokens import DAYS, make_token


class Command(BaseCommand):
    """Prints the token alone on standard output, so that a script can take it."""

    help = "Make a token for the API in a person's name; it is printed once and kept only as SHA-256."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="user name, mail, phone or staff number")
        parser.add_argument("--days", type=int, default=DAYS, help=f"how long it lasts (default {DAYS})")
        parser.add_argument("--name", default="", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        found = people_named(options["username"])
        if len(found) != 1:
            raise CommandError(f"There is no active account named {options['username']!r}.")
        try:
            token, said = make_token(actor=None, user_uid=found[0].uid, name=options["name"], days=options["days"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"Token of {found[0].name}, until {token.expires_at:%Y-%m-%d}. It is not shown again.")
        self.stdout.write(said)
