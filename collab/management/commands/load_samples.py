"""`manage.py load_samples [--no-shift] [--until YYYY-MM-DD]`: the sample organisation and its projects."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collab.samples.acts import SCANNED_AT
from collab.samples.loading import load_samples
from collab.samples.people import PASSWORD
from collab.samples.shift import ZONE
from common import clock
from common.refusals import Refused


class Command(BaseCommand):
    help = "Load the sample organisation: a project in execution up to the present minute, and one that waits for signatures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-shift", action="store_true", help="keep the dates as written in the file")
        parser.add_argument("--until", type=date.fromisoformat, help="stop on the evening of this day, after its scan")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["until"]
        until = clock.local(day, SCANNED_AT, ZONE) if day else clock.now()
        try:
            stories = load_samples(until=until, shift=not options["no_shift"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for story in stories:
            for entry in story.sample.passed_over(until):
                self.stdout.write(f"{story.project.code} passed over: {entry}")
            self.stdout.write(f"{story.project.code} {story.project.name}: {story.project.starts_on} – {story.project.ends_on}")
        if not options["verbosity"]:
            return
        self.stdout.write(f"Accounts (password of all: {PASSWORD})")
        for user in stories[0].people.values():
            self.stdout.write(f"  {user.username:<14} {user.name}  {user.department} {user.title}")
