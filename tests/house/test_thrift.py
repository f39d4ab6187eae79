"""What is heavy is loaded only where it is needed."""

import subprocess
import sys

from tests.servers import ROOT

LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def loaded(code: str) -> set[str]:
    """The top packages that a process has loaded when it is ready."""
    done = subprocess.run([sys.executable, "-c", f"{code}; {LOADED}"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_scheduler_loads_no_floor_but_knows_every_time() -> None:
    found = loaded(
        "import collab.ticking as t; t.app.loader.init_worker(); t.app.finalize(); assert len(t.app.conf.beat_schedule) > 5"
    )
    assert "celery" in found
    assert not {"tracking", "projects", "people", "psycopg2", "rest_framework"} & found


def test_neither_web_nor_worker_load_what_prints_or_spells() -> None:
    web, worker = loaded("import collab.wsgi"), loaded("import collab.celery as c; c.app.loader.init_worker()")
    assert {"tracking"} <= web & worker
    assert not {"weasyprint", "fontTools", "pypinyin"} & (web | worker)
