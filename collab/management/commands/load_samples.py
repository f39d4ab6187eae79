"""`manage.py load_samples [--no-shift] [--until YYYY-MM-DD]`: the sample organisation and its launch project."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collab.samples.acts import SCANNED_AT
from collab.samples.launch import load_launch
from collab.samples.people import PASSWORD
from collab.samples.shift import ZONE
from common import clock
from common.refusals import Refused


class Command(BaseCommand):
    help = "Load the sample organisation and its launch project, replayed to the present minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-shift", action="store_true", help="keep the dates as written in the file")
        parser.add_argument("--until", type=date.fromisoformat, help="stop on the evening of this day, after its scan")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["until"]
        try:
            story = load_launch(until=clock.local(day, SCANNED_AT, ZONE) if day else None, shift=not options["no_shift"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for entry in story.sample.passed_over():
            self.stdout.write(f"passed over, its rule is not built yet: {entry}")
        project = story.project
        self.stdout.write(f"{project.code} {project.name}: {project.starts_on} – {project.ends_on}")
        if not options["verbosity"]:
            return
        self.stdout.write(f"Accounts (password of all: {PASSWORD})")
        for user in story.people.values():
            self.stdout.write(f"  {user.username:<14} {user.name}  {user.department} {user.title}")
