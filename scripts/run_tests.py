"""All tests: the rules on SQLite, then on PostgreSQL and Redis; then browsers; then, one by one, races and killed processes."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.servers import Postgres, Redis, running

NOTHING_SELECTED = 5  # pytest's exit code when no test matches: not a failure of a stage
ALONE = "browser or races or live"
# who may do what is asked of the database that serves many; what asks no database runs beside the other one
ON_POSTGRESQL = ("house/test_permission_matrix.py", "api/test_who_may.py", "documents/test_print_document.py")
WITHOUT_DATABASE = (
    "activity/test_check_upload.py", "collab/test_signs.py", "house/test_history_kept.py", "house/test_layers.py",
    "house/test_one_clock.py", "house/test_shape.py", "projects/test_say_targets.py", "samples/test_shift.py",
    "tracking/test_deviation.py", "tracking/test_pasting.py",
)  # fmt: skip


def without(files: Sequence[str]) -> list[str]:
    """What leaves these files out."""
    return [f"--ignore=tests/{file}" for file in files]


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
    side_by_side = ["-n", processes] if processes != "1" else []
    unwanted = {"DATABASE_URL", "REDIS_URL", "SMTP_URL", "COLLAB_TEST_CLOCK"}
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env |= {"COLLAB_MODE": "test", "COLLAB_DATA": data, "PYTHONDONTWRITEBYTECODE": "1"}
    passed = []
    try:
        rules = [*side_by_side, "-m", f"not ({ALONE})", *chosen]
        passed.append(stage("rules on SQLite", [*rules, *without(ON_POSTGRESQL)], env))
        passed.append(stage("processes on SQLite", ["-m", "live and not (browser or races)", *chosen], env))
        postgres, redis = Postgres(), Redis()
        with running(postgres, redis):
            env |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
            passed.append(stage("rules on PostgreSQL and Redis", [*rules, *without(WITHOUT_DATABASE)], env))
            passed.append(stage("browser on PostgreSQL and Redis", ["-m", "browser", *chosen], env))
            passed.append(
                stage("races and processes on PostgreSQL and Redis", ["-m", f"({ALONE}) and not browser", *chosen], env)
            )
            locked = [line for line in postgres.process.said().splitlines() if "deadlock detected" in line]
            print(f"deadlocks in PostgreSQL's log: {len(locked)}")
            passed.append(not locked)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    print("\nall tests passed" if all(passed) else "\nsome tests FAILED")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
