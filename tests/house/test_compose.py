"""docker-compose.yml: parsed, and the same commands started against test servers."""

import os
import re
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg2
import pytest
import redis as redis_client
import yaml

from tests.servers import ROOT, Postgres, Process, Redis, free_port, running, wait_for

COMPOSE = ROOT / "docker-compose.yml"


def compose() -> Any:
    """The file as Docker reads it, without the values of the operator."""
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def environment_of(service: Any, given: dict[str, str]) -> dict[str, str]:
    """The environment of a service, its ${NAME:-default} and ${NAME:?needed} filled in as Docker does."""

    def fill(match: re.Match[str]) -> str:
        name, how, default = match[1], match[2], match[3] or ""
        if how == ":?" and not given.get(name):
            raise KeyError(name)
        return given.get(name) or (default if how == ":-" else "")

    return {name: re.sub(r"\$\{(\w+)(:-|:\?)?([^}]*)\}", fill, str(value)) for name, value in service["environment"].items()}


def test_the_parts_are_there_and_share_one_environment() -> None:
    services = compose()["services"]
    assert {"web", "worker", "beat", "db", "redis"} <= set(services)
    assert services["web"]["environment"] == services["worker"]["environment"] == services["beat"]["environment"]
    assert services["web"]["environment"]["COLLAB_MODE"] == "production"
    assert "noeviction" in services["redis"]["command"]


def test_every_variable_is_one_that_the_product_reads() -> None:
    known = (ROOT / "collab" / "env.py").read_text(encoding="utf-8")
    for name in compose()["services"]["web"]["environment"]:
        assert f'"{name}"' in known, name


def test_without_a_secret_key_or_password_nothing_starts() -> None:
    with pytest.raises(KeyError):
        environment_of(compose()["services"]["web"], {})


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A database, a broker, and the environment of the compose file pointing to them."""
    postgres, broker = Postgres(), Redis()
    with running(postgres, broker):
        said = environment_of(
            compose()["services"]["web"], {"COLLAB_SECRET_KEY": secrets.token_hex(32), "POSTGRES_PASSWORD": "unused"}
        )
        said |= {"DATABASE_URL": postgres.url, "REDIS_URL": broker.url, "COLLAB_DATA": str(tmp_path / "data")}
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        port = str(free_port())
        path = f"{Path(sys.executable).parent}:{keep.get('PATH', '')}"
        yield {
            "env": keep | said | {"PORT": port, "PATH": path},
            "port": port,
            "postgres": postgres,
            "redis": broker,
            "tmp": tmp_path,
        }


def start(machine: dict[str, Any], name: str) -> Process:
    """Start a service by the very command of the compose file."""
    command = [
        word.replace("/tmp/beat-schedule", str(machine["tmp"] / "beat")) for word in compose()["services"][name]["command"]
    ]
    return Process(command, log=machine["tmp"] / f"{name}.log", env=machine["env"])


@pytest.mark.live
def test_web_answers_worker_works_and_beat_beats(machine: dict[str, Any]) -> None:
    started = [start(machine, "web")]
    try:
        wait_for(lambda: _healthy(machine["port"]), 90, "the web server")
        started.append(start(machine, "worker"))
        wait_for(lambda: " ready." in started[1].said(), 40, "the worker")
        _give_a_task(machine)
        wait_for(lambda: "succeeded" in started[1].said(), 30, "the task")
        started.append(start(machine, "beat"))
        wait_for(lambda: "beat: Starting" in started[2].said(), 40, "the scheduler")
        with psycopg2.connect(machine["postgres"].url) as held, held.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_workday")
            assert cursor.fetchone()[0] > 5000  # type: ignore[index]
        for process in reversed(started):
            process.child.send_signal(signal.SIGTERM)
            assert process.child.wait(20) == 0, process.said()[-2000:]
    except TimeoutError as late:
        raise AssertionError("\n\n".join(process.said()[-3000:] for process in started)) from late
    finally:
        for process in started:
            process.kill()


def _healthy(port: str) -> bool:
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/healthz", headers={"X-Forwarded-Proto": "https"}), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _give_a_task(machine: dict[str, Any]) -> None:
    script = "from collab import celery_app; celery_app.send_task('activity.beat.run_clocks')"
    process = Process([sys.executable, "manage.py", "shell", "-c", script], log=machine["tmp"] / "give.log", env=machine["env"])
    assert process.child.wait(30) == 0, process.said()
    assert redis_client.Redis.from_url(machine["redis"].url).ping()


def test_the_check_for_production_is_clean(tmp_path: Path) -> None:
    env = {**os.environ, "COLLAB_MODE": "production", "COLLAB_HTTPS": "1", "COLLAB_SECRET_KEY": secrets.token_hex(32)}
    env |= {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "COLLAB_DATA": str(tmp_path),
    }
    process = Process(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], log=tmp_path / "check.log", env=env
    )
    assert process.child.wait(60) == 0, process.said()
