"""All tests: on SQLite what may differ there, then all on PostgreSQL and Redis: rules, browsers, processes, seconds."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests import where
from tests.servers import Postgres, Redis, running

NOTHING_SELECTED = 5  # pytest's exit code when no test matches: not a failure of a stage
PROCESSES = "browser or races or live or timed"


def on_sqlite() -> list[str]:
    """The files of the stages on SQLite."""
    return sorted({*where.ON_BOTH, *where.ONCE})


def on_postgresql() -> list[str]:
    """The files of the stages on PostgreSQL."""
    return [file for file in where.every_file() if file not in where.ONCE]


def paths(files: Sequence[str]) -> list[str]:
    """As pytest is told of them."""
    return [f"tests/{file}" for file in files]


def stage(title: str, arguments: Sequence[str], env: dict[str, str]) -> bool:
    """Run one stage; True when it passed."""
    print(f"\n=== {title}", flush=True)
    began = time.monotonic()
    code = subprocess.call(
        [sys.executable, "-m", "pytest", "-p", "tests.boot", "-q", *arguments], env=env, stdin=subprocess.DEVNULL
    )
    print(
        f"=== {title}: {'passed' if code in (0, NOTHING_SELECTED) else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True
    )
    return code in (0, NOTHING_SELECTED)


def main(chosen: Sequence[str]) -> int:
    """Run all stages, or those tests that are named; the exit code tells whether all passed."""
    data = tempfile.mkdtemp(prefix="collab-tests-")
    processes = os.environ.get("COLLAB_TEST_PROCESSES") or str(min(4, os.cpu_count() or 1))
    side_by_side = ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"] if processes != "1" else []
    # compiled once for all stages and for the servers they start, a hundred times in all
    unwanted = {"DATABASE_URL", "REDIS_URL", "SMTP_URL", "COLLAB_TEST_CLOCK", "PYTHONDONTWRITEBYTECODE"}
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env |= {"COLLAB_MODE": "test", "COLLAB_DATA": data}
    passed = []
    try:
        rules, sqlite, postgresql = f"not ({PROCESSES})", chosen or paths(on_sqlite()), chosen or paths(on_postgresql())
        passed.append(stage("rules on SQLite", [*side_by_side, "-m", rules, *sqlite], env))
        live = "live and not (browser or races or timed)"
        passed.append(stage("processes on SQLite", [*side_by_side, "-m", live, *sqlite], env))
        postgres, redis = Postgres(), Redis()
        with running(postgres, redis):
            env |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
            for title, marks, beside in (
                ("rules", rules, side_by_side),
                ("browsers", "browser and not timed", side_by_side),
                ("races and processes", "(races or live) and not (browser or timed)", side_by_side),
                ("promises in seconds", "timed", []),
            ):
                passed.append(stage(f"{title} on PostgreSQL and Redis", [*beside, "-m", marks, *postgresql], env))
            locked = [line for line in postgres.process.said().splitlines() if "deadlock detected" in line]
            print(f"deadlocks in PostgreSQL's log: {len(locked)}")
            passed.append(not locked)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    print("\nall tests passed" if all(passed) else "\nsome tests FAILED")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
