"""Fifty people edit twenty tasks at once, by page, by API and by drag, against real web processes: nothing is lost.

COLLAB_RACE_EDITS says how many edits each makes: 8 without, 200 for the full run (some minutes).
"""

import http.client
import json
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from people.models import User
from people.tokens import make_token
from tests.big import big_project
from tests.servers import Web, running
from tests.tracking.test_races import deadlocks
from tracking.models import Report, Task

PEOPLE, TASKS, PARTIES = 50, 20, 15
EDITS = int(os.environ.get("COLLAB_RACE_EDITS", "8"))
CSRF = "c" * 32
VERSION = re.compile(r'(?:data-version="|name="seen_version" value=")(\d+)"')


@dataclass
class Editor:
    """One person with a browser and a token; what is known of a task is what the last answer said of it."""

    user: User
    tasks: list[Task]
    ports: list[int]
    edits: int
    seen: dict[str, int] = field(default_factory=dict)
    accepted: list[tuple[int, Decimal]] = field(default_factory=list)  # (task, value)
    refused: int = 0
    trouble: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        browser = Client()
        browser.force_login(self.user)
        self.cookie = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.token = make_token(actor=None, user_uid=self.user.uid)[1]
        self.seen = {str(row.uid): row.version for row in self.tasks}
        self.chance = random.Random(self.user.pk)

    def run(self) -> None:
        for number in range(1, self.edits + 1):
            row = self.chance.choice(self.tasks)
            value = Decimal(self.user.pk % 1000 * 1000 + number)  # said by nobody else, and by this person once
            try:
                self.chance.choice([self.by_page, self.by_api, self.by_drag])(row, value)
            except Exception as error:
                self.trouble.append(f"{type(error).__name__}: {error}")

    def call(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        web = http.client.HTTPConnection("127.0.0.1", self.chance.choice(self.ports), timeout=120)
        web.request(method, path, body.encode(), headers)
        answer = web.getresponse()
        said = answer.read().decode()
        web.close()
        return answer.status, said

    def by_api(self, row: Task, value: Decimal) -> None:
        """POST with If-Match."""
        uid = str(row.uid)
        status, said = self.call(
            "POST", f"/api/v1/tasks/{uid}/reports/", json.dumps({"done": int(value), "reason": "盘点"}),
            {"Authorization": f"Token {self.token}", "Content-Type": "application/json", "If-Match": f'"{self.seen[uid]}"'},
        )  # fmt: skip
        body = json.loads(said)
        both = status == 412 and body["mine"]["done"] == value and "done" in body["theirs"]
        version = body["task"]["version"] if status == 201 else body.get("theirs", {}).get("version")
        self.note("api", row, value, status, version, both=both, said=said)

    def by_page(self, row: Task, value: Decimal) -> None:
        """The form of the card."""
        said = {"done": value, "note": "", "reason": "盘点", "seen_version": self.seen[str(row.uid)], "place": "card"}
        status, page = self.form(f"/tasks/{row.uid}/report/", said)
        both = status == 412 and 'class="theirs"' in page and str(value) in page.replace(",", "")
        self.note("page", row, value, status, _version(page), both=both, said=page)

    def by_drag(self, row: Task, value: Decimal) -> None:
        """A card drawn to the other of two columns, as the board shows it just now."""
        _status, now = self.call("GET", f"/api/v1/tasks/{row.uid}/", "", {"Authorization": f"Token {self.token}"})
        begun = json.loads(now)["state"] == "in_progress"
        amount = Decimal(0) if begun else value
        said = {
            "to": "not_started" if begun else "in_progress", "reason": "盘点", "done": amount, "drop": "1", "place": "card",
            "seen_version": json.loads(now)["version"],
        }  # fmt: skip
        status, page = self.form(f"/tasks/{row.uid}/move/", said)
        both = status == 412 and 'class="drop-values"' in page and page.count("<dd>") == 2
        self.note("drag", row, amount, status, _version(page), both=both, said=page)

    def form(self, path: str, said: dict[str, object]) -> tuple[int, str]:
        headers = {
            "Cookie": self.cookie, "X-CSRFToken": CSRF, "HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/board/",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        return self.call("POST", path, urlencode(said), headers)

    def note(self, kind: str, row: Task, value: Decimal, status: int, version: int | None, *, both: bool, said: str) -> None:
        """An edit was accepted, or refused with both values; anything else is trouble."""
        self.kinds[f"{kind} {status}"] += 1
        if version is not None:
            self.seen[str(row.uid)] = version
        if status in (200, 201):
            self.accepted.append((row.pk, value))
        elif both:
            self.refused += 1
        else:
            self.trouble.append(f"{kind} {status}: {said[:600]}")


def _version(page: str) -> int | None:
    found = VERSION.search(page)
    return int(found[1]) if found else None


def editors(ports: list[int]) -> list[Editor]:
    """Heads and liaisons of fifteen departments, and the assignee of each of the twenty tasks."""
    big = big_project(TASKS, people=PEOPLE, departments=[f"部门{number}" for number in range(PARTIES)], tops=4)
    parties = list(big.project.parties.order_by("order"))
    of: dict[int, list[Task]] = {person.pk: [] for person in big.people}
    for number, row in enumerate(big.tasks):
        party, assignee = parties[number % PARTIES], big.people[2 * PARTIES + number]
        Task.objects.filter(pk=row.pk).update(
            department=party.department_id, assignee=assignee, state="not_started", done=0, target=1_000_000, unit="件",
            handed_to=None, finished_at=None, started_at=None, reported_at=None,
        )  # fmt: skip
        for person in {party.head_id, party.liaison_id, assignee.pk, big.head.pk, big.liaison.pk}:
            of[person].append(row)
    for row in big.tasks:
        row.refresh_from_db()
    return [Editor(person, of[person.pk], ports, EDITS) for person in big.people]


@pytest.mark.races
@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_nothing_accepted_is_lost_and_every_refusal_shows_both_values(child_env: dict[str, str], tmp_path: Path) -> None:
    first, second = Web(child_env, tmp_path), Web(child_env, tmp_path)
    with running(first), running(second):
        people = editors([first.port, second.port])
        assert len(people) == PEOPLE
        assert all(person.tasks for person in people)
        before = {row.pk: row.version for person in people for row in person.tasks}
        locked, began = deadlocks(), time.monotonic()
        threads = [threading.Thread(target=person.run) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
    trouble = [line for person in people for line in person.trouble]
    assert not trouble, (len(trouble), trouble[:5])
    accepted = Counter(edit for person in people for edit in person.accepted)
    refused = sum(person.refused for person in people)
    kinds = sum((person.kinds for person in people), Counter())
    sys.stdout.write(f"\n{accepted.total()} accepted + {refused} refused in {took:.0f} s: {dict(sorted(kinds.items()))}\n")
    assert accepted.total() + refused == PEOPLE * EDITS
    assert accepted.total() >= PEOPLE * EDITS // 5
    assert deadlocks() == locked
    known = Counter(Report.objects.filter(task_version__gt=1).values_list("task_id", "done"))
    assert accepted - known == Counter()
    per_task = Counter(task for task, _value in accepted.elements())
    for row in Task.objects.filter(pk__in=before):
        assert row.version - before[row.pk] == per_task[row.pk], row
        told = set(row.history.filter(version__gt=before[row.pk]).values_list("version", flat=True))
        assert told == set(range(before[row.pk] + 1, row.version + 1))
