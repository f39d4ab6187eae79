"""`make bench`: makes its data, measures the machine's limits in the same run, prints each row and writes var/bench.json."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.bench import frames, live, machine, mails, pages
from scripts.bench.rows import Row
from tests.servers import ROOT, Postgres, Redis, running

OUT = ROOT / "var" / "bench.json"


def of_size(postgres: Postgres, redis: Redis, folder: Path, size: int, rows: list[Row]) -> None:
    """Everything that depends on the number of tasks."""
    name = f"bench_{size}"
    env = machine.production(postgres, redis.url, folder / name, name)
    machine.make_database(postgres, name)
    facts = machine.fill(env, size)
    say(f"{size:,} tasks are there")
    counts = json.loads(machine.run(env, "-m", "scripts.bench.child", "queries", json.dumps(facts)).splitlines()[-1])
    web, streams = machine.Server(env, folder), live.server(env, folder)
    background = [machine.worker(env, folder), machine.beat(env, folder)]
    with running(web, streams, *background):
        world = pages.World(web, facts, size, counts)
        for row in (
            pages.all_as_json(world, folder),
            pages.board(world),
            pages.table(world),
            *pages.writes(world, env["DATABASE_URL"]),
        ):
            keep(rows, row)
        if size == 1_000:
            keep(rows, live.seen_elsewhere(world, streams))
            keep(rows, frames.drag(world))
        keep(
            rows,
            memory(size, [web.process.child.pid, streams.process.child.pid, *(part.process.child.pid for part in background)]),
        )


def memory(size: int, pids: list[int]) -> Row:
    """What web, live, worker and beat hold together after the load."""
    used = [machine.memory_mb(pid) for pid in pids]
    told = " + ".join(f"{one:.0f}" for one in used)
    total = sum(used)
    return Row("memory of web, live, worker, beat (PSS, MB)", size, "≤ 500 MB", total <= 500, note=f"{total:.0f} MB = {told}")


def memorandum(postgres: Postgres, redis: Redis, folder: Path) -> Row:
    """Seconds and memory of printing one memorandum."""
    env = machine.production(postgres, redis.url, folder / "paper", "bench_paper")
    machine.make_database(postgres, "bench_paper")
    machine.run(env, "manage.py", "prepare")
    said = json.loads(machine.run(env, "-m", "scripts.bench.child", "paper").splitlines()[-1])
    met = said["seconds"] < 2 and said["mb"] < 300
    return Row(
        "memorandum PDF, clauses", said["clauses"], "< 2 s, < 300 MB", met, 1000 * said["seconds"], note=f"{said['mb']:.0f} MB"
    )


def scan(postgres: Postgres, redis: Redis, folder: Path, tasks: int) -> Row:
    """The evening scan, beside one bare statement on the same rows."""
    env = machine.production(postgres, redis.url, folder / "scan", "bench_scan")
    machine.make_database(postgres, "bench_scan")
    machine.run(env, "manage.py", "prepare")
    said = json.loads(machine.run(env, "-m", "scripts.bench.child", "scan", "--tasks", str(tasks)).splitlines()[-1])
    ratio = said["ours"] / said["bare"]
    whole = f"with all figures {said['bare_all']:.2f} s bare, {said['ours'] / said['bare_all']:.1f}×"
    note = f"{said['risks']:,} risks; {whole}; the evening after {said['again']:.2f} s"
    return Row(
        "evening scan", tasks, "≤ 2× the bare statement", ratio <= 2, 1000 * said["ours"], limit_ms=1000 * said["bare"], note=note
    )


def keep(rows: list[Row], row: Row) -> None:
    """Print a row as soon as it is measured."""
    rows.append(row)
    say(row.line())


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def place() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="collab-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure what is asked for; all without a wish."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000])
    wanted.add_argument("--scan", type=int, default=1_000_000, help="tasks of the evening scan; 0 leaves it out")
    wanted.add_argument("--distribute", type=int, default=0, help="minutes to so many people; measured by itself")
    asked = wanted.parse_args()
    rows: list[Row] = []
    postgres, redis = Postgres(durable=True), Redis()
    with place() as folder, running(postgres, redis):
        if asked.distribute:
            keep(rows, mails.distribute(postgres, redis, folder, asked.distribute))
        for size in [] if asked.distribute else asked.sizes:
            of_size(postgres, redis, folder, size, rows)
        if not asked.distribute:
            keep(rows, memorandum(postgres, redis, folder))
        if asked.scan and not asked.distribute:
            keep(rows, scan(postgres, redis, folder, asked.scan))
    _relate(rows)
    OUT.parent.mkdir(exist_ok=True)
    found: list[dict[str, Any]] = [row.as_json() for row in rows]
    OUT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    missed = [row for row in rows if row.met is False]
    say(f"\n{len(rows) - len(missed)} of {len(rows)} rows meet their targets; {OUT.relative_to(ROOT)}")


def _relate(rows: list[Row]) -> None:
    """The board of ten times as many tasks is measured by the smaller one."""
    boards = {row.size: row for row in rows if row.work == "board page"}
    if {1_000, 10_000} <= set(boards):
        small, large = boards[1_000].p50_ms or 0, boards[10_000].p50_ms or 0
        boards[10_000].note += f"; {large / small:.2f}× of 1,000"
        boards[10_000].met = large <= 1.3 * small


if __name__ == "__main__":
    main()
