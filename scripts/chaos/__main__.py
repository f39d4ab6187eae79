"""`python -m scripts.chaos --meetings 1000 --attendees 20 --seed 7`: a run on servers of its own, and its verdict."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from scripts.bench import machine
from scripts.chaos.course import Course
from scripts.chaos.house import House
from scripts.chaos.judge import Line, Verdict
from scripts.chaos.plan import plan
from scripts.chaos.seen import Seen
from tests.servers import Postgres, Redis, environment, free_port, running

DATABASE = "chaos"


def begin(env: Mapping[str, str], numbers: tuple[int, int, int]) -> None:
    """The data, by bulk inserts."""
    machine.run(env, "-m", "scripts.chaos.child", "data", *(str(number) for number in numbers))


def go(env: Mapping[str, str], folder: Path, numbers: tuple[int, int, int], tell: Callable[[str], None]) -> list[Line]:
    """One run on a database that is filled; its verdict."""
    said = plan(*numbers)
    house, seen = House(env, folder, env["REDIS_URL"], numbers), Seen(env["DATABASE_URL"])
    course = Course(house, said, seen, numbers[2], tell)
    house.clock.set(timedelta())
    with running(house):
        course.run()
    lines = Verdict(said, seen, house.box.lines(), (course.kills, course.cuts)).lines()
    seen.close()
    return lines


def told(lines: list[Line]) -> str:
    """The verdict as a table."""
    words = {True: "holds", False: "BROKEN", None: ""}
    return "\n".join(f"{line.what:60} {line.found:72} {words[line.holds]}".rstrip() for line in lines)


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Lay the data, run, judge; 0 when every promise holds."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--meetings", type=int, default=1000)
    wanted.add_argument("--attendees", type=int, default=20)
    wanted.add_argument("--seed", type=int, default=7)
    wanted.add_argument("--keep", action="store_true", help="leave the logs where they are")
    asked = wanted.parse_args()
    numbers = (asked.meetings, asked.attendees, asked.seed)
    folder = Path(tempfile.mkdtemp(prefix="collab-chaos-"))
    postgres, redis = Postgres(), Redis()
    try:
        with running(postgres, redis):
            machine.make_database(postgres, DATABASE)
            (folder / "clock").write_text("0", encoding="ascii")
            env = environment(
                DATABASE_URL=postgres.url.rpartition("/")[0] + "/" + DATABASE, REDIS_URL=redis.url,
                COLLAB_DATA=str(folder / "data"), SMTP_URL=f"smtp://127.0.0.1:{free_port()}",
                COLLAB_TEST_CLOCK=str(folder / "clock"),
            )  # fmt: skip
            began = time.monotonic()
            machine.run(env, "manage.py", "migrate", "-v0")
            machine.run(env, "manage.py", "createcachetable")
            machine.run(env, "manage.py", "texts", "--compile")
            say(f"logs in {folder}; the schema is there after {time.monotonic() - began:.0f} s")
            begin(env, numbers)
            say(f"{asked.meetings} meetings are laid after {time.monotonic() - began:.0f} s")
            began = time.monotonic()
            lines = go(env, folder, numbers, say)
            say(f"\nseed {asked.seed}, {time.monotonic() - began:.0f} s\n{told(lines)}")
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(line.holds is not False for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
