"""docker-compose.yml: parsed, and the same commands started against test servers."""

import http.client
import os
import re
import secrets
import shutil
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

from activity.live.wire import BEAT
from tests.servers import ROOT, Postgres, Process, Redis, free_port, running, wait_for

COMPOSE = ROOT / "docker-compose.yml"
NGINX = ROOT / "deploy" / "nginx.conf"


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
    assert {"web", "live", "proxy", "worker", "beat", "db", "redis"} <= set(services)
    ours = [services[name]["environment"] for name in ("web", "live", "worker", "beat")]
    assert all(environment == ours[0] for environment in ours)
    assert services["web"]["environment"]["COLLAB_MODE"] == "production"
    assert "noeviction" in services["redis"]["command"]


def test_every_variable_is_one_that_the_product_reads() -> None:
    known = (ROOT / "collab" / "env.py").read_text(encoding="utf-8")
    for name in compose()["services"]["web"]["environment"]:
        assert f'"{name}"' in known, name


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["proxy"]["volumes"] == ["./deploy/nginx.conf:/etc/nginx/nginx.conf:ro"]
    assert services["proxy"]["ports"] == ["${PORT:-8000}:8080"]


def test_the_proxy_leads_streams_to_their_process_and_holds_nothing_back() -> None:
    said = " ".join(line.partition("#")[0].strip() for line in NGINX.read_text(encoding="utf-8").splitlines())
    streams = re.search(r"location = /live/ \{([^}]*)\}", said)
    assert streams is not None
    for wanted in ("proxy_pass http://live;", "proxy_buffering off;", "gzip off;"):
        assert wanted in streams[1]
    patience = re.search(r"proxy_read_timeout (\d+)s", streams[1])
    assert patience is not None
    assert int(patience[1]) > 2 * BEAT
    for header in ("Host $http_host", "X-Forwarded-Proto $forwarded_proto", "X-Forwarded-For $proxy_add_x_forwarded_for"):
        assert f"proxy_set_header {header};" in said


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
        wait_for(lambda: _healthy(machine["port"]), 240, "the web server")
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


@pytest.mark.live
def test_live_streams_are_served_beside_the_pages(machine: dict[str, Any]) -> None:
    """The service answers for itself; a stream without a session is refused, and the pages' own server says that it has none."""
    web = start(machine, "web")
    ports = {"web": machine["port"], "live": str(free_port())}
    try:
        wait_for(lambda: _healthy(ports["web"]), 240, "the web server")
        live = start(machine | {"env": machine["env"] | {"PORT": ports["live"]}}, "live")
        try:
            wait_for(lambda: _healthy(ports["live"]), 40, "the server of streams")
            assert _status(ports["live"], "/live/") == 403
            assert _status(ports["live"], "/projects/") == 404
            _through_nginx(machine, ports)
            live.child.send_signal(signal.SIGTERM)
            assert live.child.wait(20) == 0, live.said()[-2000:]
        finally:
            live.kill()
    finally:
        web.kill()


def _through_nginx(machine: dict[str, Any], ports: dict[str, str]) -> None:
    """The same through the proxy itself, where there is one on this machine."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if nginx is None:
        return
    front = str(free_port())
    said = NGINX.read_text(encoding="utf-8").replace("listen 8080", f"listen 127.0.0.1:{front}")
    for name, port in ports.items():
        said = said.replace(f"server {name}:8000", f"server 127.0.0.1:{port}")
    file = machine["tmp"] / "nginx.conf"
    file.write_text(said.replace("/tmp/nginx", str(machine["tmp"] / "nginx")), encoding="utf-8")
    proxy = Process([nginx, "-c", str(file), "-g", "daemon off;"], log=machine["tmp"] / "nginx.log")
    try:
        wait_for(lambda: _healthy(front), 10, "the proxy")
        assert _status(front, "/live/") == 403, "led to the process of streams"
        assert _status(front, "/live/poll/") == 302, "led to the web server, which asks to sign in"
        assert _status(front, "/projects/") == 302
    finally:
        proxy.stop()


def _status(port: str, path: str) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    asked.request("GET", path, headers={"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"})
    return asked.getresponse().status


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
