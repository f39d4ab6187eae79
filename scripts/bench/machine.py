"""The parts that are measured, as in production: a durable PostgreSQL, Redis, gunicorn, a live process, worker and beat."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.servers import ROOT, Postgres, Process, free_port, wait_for

KEY = "a key for measuring only, of thirty-two characters and more"


def production(postgres: Postgres, redis_url: str, data: Path, database: str) -> dict[str, str]:
    """The environment of a production machine, on loopback and plain http."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLLAB_", "DATABASE_", "REDIS_", "SMTP_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "collab.settings", "COLLAB_MODE": "production", "COLLAB_HTTPS": "0", "COLLAB_SECRET_KEY": KEY,
        "COLLAB_DATA": str(data), "DATABASE_URL": postgres.url.rpartition("/")[0] + "/" + database, "REDIS_URL": redis_url,
        "COLLAB_URL": "http://localhost:8000", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def make_database(postgres: Postgres, name: str) -> None:
    """An empty database."""
    connection = psycopg2.connect(postgres.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def run(env: Mapping[str, str], *command: str) -> str:
    """Run a part to its end; what it printed. Errors: what it said, when it failed."""
    done = subprocess.run([sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def fill(env: Mapping[str, str], tasks: int) -> dict[str, Any]:
    """Schema, static files, texts, and the data; the facts of what was made."""
    run(env, "manage.py", "prepare")
    found: dict[str, Any] = json.loads(run(env, "-m", "scripts.bench.child", "data", "--tasks", str(tasks)).splitlines()[-1])
    return found


@dataclass
class Server:
    """Gunicorn as scripts/web.sh starts it, on a free port."""

    env: Mapping[str, str]
    folder: Path
    application: str = "collab.wsgi:application"
    more: tuple[str, ...] = ("-c", "python:collab.serving")
    path: str = "/healthz"
    port: int = field(default_factory=free_port)

    def start(self) -> "Server":
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            self.application,
            "-b",
            f"127.0.0.1:{self.port}",
            *self.more,
        ]
        self.process = Process(command, log=self.folder / f"server-{self.port}.log", env=self.env)
        wait_for(lambda: "Booting worker" in self.process.said() or self.process.child.poll() is not None, 30, self.application)
        if self.process.child.poll() is not None:
            raise RuntimeError(self.process.said())
        return self

    def stop(self) -> None:
        self.process.stop()


@dataclass
class Background:
    """A Celery worker, or beat."""

    env: Mapping[str, str]
    folder: Path
    command: tuple[str, ...]

    def start(self) -> "Background":
        self.process = Process([sys.executable, *self.command], log=self.folder / f"{self.command[4]}.log", env=self.env)
        return self

    def stop(self) -> None:
        self.process.stop()


def worker(env: Mapping[str, str], folder: Path) -> Background:
    """The worker of a production machine."""
    return Background(env, folder, ("-m", "celery", "-A", "collab", "worker", "--queues", "work,mail", "--concurrency", "2"))


def beat(env: Mapping[str, str], folder: Path) -> Background:
    """The scheduler of a production machine."""
    return Background(
        env, folder, ("-m", "celery", "-A", "collab.ticking", "beat", "--schedule", str(folder / "beat"), "--pidfile=")
    )


def memory_mb(pid: int) -> float:
    """What a process and all below it hold in proportion (PSS), in megabytes."""
    total = 0
    for one in [pid, *_below(pid)]:
        try:
            rows = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total / 1000


def _below(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found += [int(child), *_below(int(child))]
    return found
