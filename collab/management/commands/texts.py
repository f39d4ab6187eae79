"""Keeps the texts of both languages complete."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collab import texts


class Command(BaseCommand):
    """Without an option: check."""

    help = "Check that every text has its Chinese, add empty entries for those that lack it, compile the catalogues."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", help="only these apps (check)")
        parser.add_argument(
            "--check", action="store_true", help="list what is missing, doubtful, broken or said twice; then exit 1"
        )
        parser.add_argument("--write", action="store_true", help="add empty entries to the right catalogues")
        parser.add_argument("--compile", action="store_true", help="make the .mo files")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            self.stdout.write(f"{texts.write_missing()} entries added")
        if options["compile"]:
            self.stdout.write(f"{texts.compile_all()} catalogues compiled")
        if options["check"] or not (options["write"] or options["compile"]):
            self._check(options["apps"])

    def _check(self, apps: list[str]) -> None:
        bad = 0
        for app, findings in texts.judge().items():
            if apps and app not in apps:
                continue
            lines = [f"  missing  {place}  {key}" for key, place in findings.missing.items()]
            lines += [f"  doubtful {key}" for key in findings.fuzzy]
            lines += [f"  placeholders differ {key}" for key in findings.places]
            lines += [f"  said differently {key}: {how}" for key, how in findings.quarrels.items()]
            bad += len(lines)
            if lines:
                self.stdout.write("\n".join([f"{app}:", *lines]))
        if bad:
            raise CommandError(f"{bad} texts need work")
        self.stdout.write("All texts are there in both languages.")
