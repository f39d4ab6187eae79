"""Streams with real processes: 200 of them, Redis that dies, rights that are withdrawn, a word that must not get out."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from activity.live import waking
from activity.models import Presence
from people.models import Department, User
from projects.models import Participant, Project
from tests import build
from tests.activity.conftest import Tell
from tests.activity.live_build import Browsers, Open, memory_of, percentile, session_of, sessions_of
from tests.servers import Redis, running, wait_for
from tests.streams import Asgi

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]

STREAMS = 200
CANARY = "金丝雀"
needs_redis = pytest.mark.skipif(not configured.ENV.redis_url, reason="needs Redis (REDIS_URL)")
People = dict[str, User]


@pytest.fixture
def asgi(child_env: dict[str, str], tmp_path: Path) -> Iterator[Asgi]:
    """The process that serves streams, on the test's database and broker."""
    part = Asgi(child_env, tmp_path)
    with running(part):
        yield part


@pytest.fixture
def browsers(asgi: Asgi) -> Iterator[Browsers]:
    """Browsers of that process."""
    several = Browsers(asgi.port)
    yield several
    several.close()


@pytest.fixture
def crowd(project: Project, people: People) -> list[User]:
    """200 people who may see the project."""
    department = Department.objects.get(name="销售部")
    rows = [User(username=f"p{n}", name=f"人{n}", department=department, password="!") for n in range(STREAMS)]
    users = User.objects.bulk_create(rows)
    viewers = [Participant(project=project, user=user, kind=Participant.Kind.VIEWER) for user in users]
    Participant.objects.bulk_create(viewers)
    return users


def opened(*streams: Open) -> None:
    wait_for(lambda: all(one.status and one.named("beat") for one in streams), 30, "the streams")
    assert {one.status for one in streams} == {200}


def latencies(streams: list[Open], event: Any, since: float) -> list[float]:
    """Seconds until each was told; a missing one counts as for ever."""
    found = []
    for one in streams:
        times = [at for said, at in one.told() if said["id"] == str(event.uid)]
        found.append(times[0] - since if times else float("inf"))
    return found


def all_told(streams: list[Open], event: Any, limit: float) -> list[float]:
    """Wait until all are told of an event, and say after how many seconds each was."""
    since = time.monotonic()
    end = since + limit
    while time.monotonic() < end and not all(str(event.uid) in one.ids() for one in streams):
        time.sleep(0.02)
    return latencies(streams, event, since)


@pytest.mark.timed
@pytest.mark.parametrize("poked", [pytest.param(True, marks=needs_redis), False], ids=["with Redis", "without Redis"])
def test_of_200_open_pages_95_percent_see_a_change_in_time(
    poked: bool, asgi: Asgi, browsers: Browsers, crowd: list[User], project: Project, tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if not poked:
        monkeypatch.setattr(waking, "_poke", lambda: None)
    empty = memory_of(asgi)
    keys = sessions_of(crowd)
    began = time.monotonic()
    streams = [browsers.open(keys[user.pk], project.uid) for user in crowd]
    opened(*streams)
    took = time.monotonic() - began
    time.sleep(4)
    late: list[float] = []
    for _ in range(5):
        since = time.monotonic()
        event = tell("周以宁")
        all_told(streams, event, 5)
        late += latencies(streams, event, since)
        time.sleep(0.33)
    p50, p95 = percentile(late, 0.5), percentile(late, 0.95)
    print(  # noqa: T201
        f"\n{STREAMS} streams {'with' if poked else 'without'} Redis on {connection.vendor}: opened in {took:.1f} s, "
        f"p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms, worst {1000 * max(late):.0f} ms; "
        f"memory {empty:.0f} MB empty, {memory_of(asgi):.0f} MB with them"
    )
    assert p95 <= (1.0 if poked else 2.0)
    assert max(late) < 5


@needs_redis
def test_redis_killed_in_between_loses_no_change(
    child_env: dict[str, str], tmp_path: Path, people: People, project: Project, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, while it is dead, and after it has come back: each change is told once, in order."""
    server = Redis()
    monkeypatch.setattr(waking, "_server", lambda: waking.redis.Redis.from_url(server.url, socket_connect_timeout=0.5))
    part = Asgi(child_env | {"REDIS_URL": server.url}, tmp_path)
    with running(server, part):
        browsers = Browsers(part.port)
        streams = [browsers.open(session_of(people[name]), project.uid) for name in ("周以宁", "林书瑶")]
        opened(*streams)
        events = [tell("周以宁") for _ in range(3)]
        server.process.kill()
        for _ in range(5):
            events.append(tell("周以宁"))
            time.sleep(0.3)
        server.start()
        waking._dead_until = 0.0
        events += [tell("周以宁") for _ in range(3)]
        wait_for(lambda: all(len(one.told()) >= len(events) for one in streams), 10, "all changes")
        time.sleep(1.5)
        for one in streams:
            assert [said["id"] for said, _at in one.told()] == [str(event.uid) for event in events]
        server.process.stop(signal.SIGTERM)
        browsers.close()


def test_a_stream_ends_within_seconds_when_the_right_is_withdrawn(
    browsers: Browsers, people: People, project: Project, tell: Tell
) -> None:
    stays, goes = (browsers.open(session_of(people[name]), project.uid) for name in ("林书瑶", "周以宁"))
    opened(stays, goes)
    Participant.objects.filter(project=project, user=people["周以宁"]).delete()
    began = time.monotonic()
    event = tell("林书瑶")  # at once, before the stream has ended
    wait_for(lambda: goes.ended, 6, "the end of the stream")
    print(f"\nended after {goes.ended - began:.1f} s")  # noqa: T201
    assert goes.named("bye") == [{"why": "rights"}]
    assert goes.ids() == set()
    wait_for(lambda: stays.ids() == {str(event.uid)}, 5, "the change")
    assert not stays.ended
    again = browsers.open(session_of(people["周以宁"]), project.uid)
    wait_for(lambda: again.status, 5, "the answer")
    assert again.status == 404


@pytest.mark.parametrize("how", ["session", "account", "password"])
def test_a_stream_ends_with_the_session_the_account_and_the_password(
    how: str, browsers: Browsers, people: People, project: Project
) -> None:
    user = people["周以宁"]
    key = session_of(user)
    one = browsers.open(key, project.uid)
    opened(one)
    if how == "session":
        Session.objects.filter(session_key=key).delete()
    elif how == "account":
        user.is_active = False
        user.save(update_fields=["is_active"])
    else:
        user.set_password("another-2026-word")
        user.save(update_fields=["password"])
    wait_for(lambda: one.ended, 6, "the end of the stream")
    assert one.named("bye") == [{"why": "rights"}]


def test_the_door(browsers: Browsers, people: People, project: Project) -> None:
    """Without a session 403, without a project that exists 404; of several, those that exist."""
    other = build.started(people)
    nobody = browsers.open("", project.uid)
    outsider = browsers.open(session_of(people["许知夏"]), project.uid)
    half = browsers.open(session_of(people["米小禾"]), project.uid, other.uid)
    wait_for(lambda: nobody.status and outsider.status and half.named("hello"), 10, "the answers")
    assert (nobody.status, outsider.status, half.status) == (403, 404, 200)
    assert half.named("hello") == [{"projects": [str(other.uid)]}]
    assert half.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert half.headers["x-accel-buffering"] == "no"
    assert half.headers["cache-control"] == "no-store"
    assert half.headers["x-content-type-options"] == "nosniff"


def test_a_confidential_project_is_never_heard_of(browsers: Browsers, people: People, project: Project, tell: Tell) -> None:
    """What is done in it, by whom and where, reaches no stream and no poll of an outsider, whose stream is of another project."""
    other = build.started(people)
    outsider, inside = people["米小禾"], people["周以宁"]
    theirs = browsers.open(session_of(outsider), other.uid, project.uid)
    ours = browsers.open(session_of(inside), project.uid)
    opened(theirs, ours)
    event = tell("周以宁", what=CANARY)
    wait_for(lambda: ours.ids() == {str(event.uid)}, 5, "the change")
    time.sleep(1.5)
    heard = theirs.raw.decode()
    for secret in (CANARY, project.name, str(project.uid), str(event.uid), "tests.told", inside.name):
        assert secret not in heard
    assert CANARY not in ours.raw.decode(), "ids travel, words do not"
    client = Client()
    client.force_login(outsider)
    assert str(project.uid) not in client.get("/live/poll/", {"project": [other.uid, project.uid], "since": ""}).content.decode()


def test_who_comes_again_is_told_what_was_missed_and_nothing_twice(
    browsers: Browsers, people: People, project: Project, tell: Tell
) -> None:
    key = session_of(people["周以宁"])
    one = browsers.open(key, project.uid)
    opened(one)
    first = tell("周以宁")
    wait_for(lambda: one.ids() == {str(first.uid)}, 5, "the first")
    cursor = one.cursor
    missed = [tell("周以宁") for _ in range(3)]
    again = browsers.open(key, project.uid, again=cursor)
    opened(again)
    later = tell("周以宁")
    wait_for(lambda: str(later.uid) in again.ids(), 5, "the last")
    assert [said["id"] for said, _at in again.told()] == [str(event.uid) for event in [*missed, later]]
    lost = browsers.open(key, project.uid, again="nonsense")
    wait_for(lambda: lost.named("behind"), 5, "the advice to read anew")
    assert lost.named("behind") == [{"project": str(project.uid)}]


def test_who_else_is_here_comes_and_goes(browsers: Browsers, people: People, project: Project) -> None:
    one = browsers.open(session_of(people["林书瑶"]), project.uid)
    opened(one)

    def here() -> list[str]:
        said = one.named("here")
        return [person["name"] for person in said[-1]["people"]] if said else []

    wait_for(lambda: here() == ["林书瑶"], 6, "oneself")
    other = Browsers(browsers.port)
    other.open(session_of(people["周以宁"]), project.uid)
    wait_for(lambda: here() == ["林书瑶", "周以宁"], 6, "the other")
    other.close()
    wait_for(lambda: here() == ["林书瑶"], 8, "the other's leaving")
    assert Presence.objects.count() == 1


def test_a_stream_holds_no_connection_to_the_database(
    asgi: Asgi, browsers: Browsers, crowd: list[User], project: Project
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("counted on PostgreSQL")
    keys = sessions_of(crowd[:50])
    streams = [browsers.open(key, project.uid) for key in keys.values()]
    opened(*streams)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        (held,) = cursor.fetchone()
    assert held <= 3
    pids = [int(p) for p in Path(f"/proc/{asgi.process.child.pid}/task/{asgi.process.child.pid}/children").read_text().split()]
    assert max(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids) <= 8
