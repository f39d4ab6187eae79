"""One command serves, starts again what dies, and one signal stops all of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.servers import ROOT, Process, free_port, wait_for

pytestmark = pytest.mark.live


def children_of(pid: int) -> dict[str, int]:
    """The children of a process by what they run."""
    said = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in said.splitlines()[1:]:
        child, parent, command = line.split(None, 2)
        if int(parent) == pid and (name := re.search(r"gunicorn|worker|beat", command)):
            found[name[0]] = int(child)
    return found


def group_is_gone(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def embedded(data: Path, port: int) -> dict[str, str]:
    """The environment of `make run` on a data directory."""
    dropped = {"DATABASE_URL", "REDIS_URL", "SMTP_URL", "COLLAB_TEST_CLOCK"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    return env | {"COLLAB_MODE": "embedded", "COLLAB_SAMPLES": "0", "COLLAB_DATA": str(data), "PORT": str(port)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the first start leaves it."""
    data = tmp_path_factory.mktemp("serve") / "data"
    subprocess.run([sys.executable, "manage.py", "prepare"], env=embedded(data, free_port()), cwd=ROOT, check=True)
    return data


@pytest.fixture
def served(prepared: Path, tmp_path: Path) -> Iterator[tuple[Process, str]]:
    """`manage.py serve` on a prepared directory of its own."""
    port = free_port()
    data = Path(shutil.copytree(prepared, tmp_path / "data"))
    process = Process([sys.executable, "manage.py", "serve"], log=tmp_path / "out", env=embedded(data, port))
    try:
        wait_for(lambda: "Collab is ready" in process.said() or process.child.poll() is not None, 60, "the first page")
        assert process.child.poll() is None, process.said()
        yield process, f"http://localhost:{port}"
    finally:
        process.stop(seconds=15)


def test_it_says_where_it_is_heals_itself_and_stops_as_a_whole(served: tuple[Process, str]) -> None:
    process, url = served
    assert f"Collab is ready: {url}\n" in process.said()
    with urlopen(f"{url}/healthz") as answer:
        assert answer.status == 200
    wait_for(lambda: set(children_of(process.child.pid)) == {"gunicorn", "worker", "beat"}, 30, "worker and scheduler")
    before = children_of(process.child.pid)
    os.killpg(before["worker"], signal.SIGKILL)
    wait_for(lambda: children_of(process.child.pid).get("worker", before["worker"]) != before["worker"], 30, "a new worker")
    groups = children_of(process.child.pid).values()
    began = time.monotonic()
    process.child.send_signal(signal.SIGINT)
    assert process.child.wait(12) == 0
    assert time.monotonic() - began < 12
    assert all(group_is_gone(group) for group in groups)


def test_when_the_supervisor_is_killed_nobody_is_left_behind(served: tuple[Process, str]) -> None:
    process, _url = served
    wait_for(lambda: len(children_of(process.child.pid)) == 3, 30, "worker and scheduler")
    groups = list(children_of(process.child.pid).values())
    os.kill(process.child.pid, signal.SIGKILL)
    process.child.wait(5)
    if sys.platform == "linux":
        wait_for(lambda: all(group_is_gone(group) for group in groups), 20, "the end of the children")


def test_a_second_one_on_the_same_data_says_so(served: tuple[Process, str], tmp_path: Path) -> None:
    env = embedded(tmp_path / "data", free_port())
    second = Process([sys.executable, "manage.py", "serve"], log=tmp_path / "second", env=env)
    assert second.child.wait(30) != 0
    assert "running already" in second.said()
