"""Distribution of one meeting's minutes to thousands: two workers of the product beside a bare SMTP loop in the same run."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from scripts.bench import machine
from scripts.bench.rows import Row
from scripts.witness import Mailbox
from tests.servers import Postgres, Redis, running, wait_for

WORKERS = ("-m", "celery", "-A", "collab", "worker", "--queues", "work,mail", "--concurrency", "2", "--loglevel", "INFO")
TICKS = os.sysconf("SC_CLK_TCK")
COUNTS = """
SELECT (SELECT count(*) FROM activity_delivery WHERE channel = 'mail' AND state = 'sent'),
       (SELECT count(*) FROM activity_attempt WHERE outcome = 'sent'),
       (SELECT count(*) FROM meetings_minutesreader WHERE reached_at IS NOT NULL),
       (SELECT count(*) FROM activity_clock WHERE kind = 'minutes' AND stopped_at IS NOT NULL)"""


def processor(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / TICKS


def distribute(postgres: Postgres, redis: Redis, folder: Path, people: int) -> Row:
    """Mails a second from the first to the last that the server accepted; at least half of what the bare loop does."""
    name = "bench_mails"
    box = Mailbox(os.environ, folder)
    env = machine.production(postgres, redis.url, folder / "mails", name) | {"SMTP_URL": box.url}
    machine.make_database(postgres, name)
    machine.run(env, "manage.py", "prepare")
    with running(box):
        laid = json.loads(machine.run(env, "-m", "scripts.bench.child", "mails_data", "--people", str(people)).splitlines()[-1])
        assert box.process is not None
        before = processor(box.process.child.pid)
        bare = json.loads(machine.run(env, "-m", "scripts.bench.child", "mails_bare").splitlines()[-1])
        server = (processor(box.process.child.pid) - before) / bare["sent"]
        ours, whole = _ours(env, folder, box, laid["mails"])
    sent, attempts, reached, stopped = _counts(env["DATABASE_URL"])
    complete = sent == attempts == laid["mails"] and reached == people and stopped == 1
    note = (
        f"{whole:.1f} s for all; laid down in {laid['seconds']:.1f} s; the server itself {1e6 * server:.0f} µs a mail;"
        f" {sent} sent, {attempts} attempts, {reached} reached, clock {'stopped' if stopped else 'RUNS'}"
    )
    return Row(
        "minutes to many, 2 workers", people, "≥ ½ of a bare SMTP loop", complete and ours >= bare["rate"] / 2,
        rps=ours, bytes=round(bare["bytes"]), limit_ms=1000 / bare["rate"], limit_rps=bare["rate"], ratio=ours / bare["rate"],
        note=note,
    )  # fmt: skip


def _ours(env: Mapping[str, str], folder: Path, box: Mailbox, mails: int) -> tuple[float, float]:
    """The rate between the first and the last, and the seconds from the doorbell to the last mark."""
    since = box.place()
    worker = machine.Background(env, folder, WORKERS)
    with running(worker):
        wait_for(lambda: " ready." in worker.process.said(), 60, "the worker")
        time.sleep(3)  # its children are forked
        began = time.time()
        machine.run(env, "-m", "scripts.bench.child", "mails_ring")
        wait_for(lambda: _counts(env["DATABASE_URL"])[0] == mails, 600, "the last mail")
        wait_for(lambda: _counts(env["DATABASE_URL"])[3] == 1, 60, "the end of the clock")
    at = [line["at"] for line in box.lines(since) if "at" in line]
    assert len(at) == mails, (len(at), mails)
    return (mails - 1) / (max(at) - min(at)), max(at) - began


def _counts(url: str) -> tuple[int, int, int, int]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(COUNTS)
        sent, attempts, reached, stopped = cursor.fetchone()
    connection.close()
    return sent, attempts, reached, stopped
