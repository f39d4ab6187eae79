"""The course of a run: the clock goes on, and at their moments the planned things break."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from scripts.chaos.house import House
from scripts.chaos.plan import BEGINS, Outage, Plan
from scripts.chaos.seen import Seen

FULL, BUSY, IDLE = 8, 36, 150  # seconds of the product's clock for one of the wall's
VOID = timedelta(minutes=3)  # so long before anything happens the clock goes on as ever
HALF_AN_HOUR = timedelta(minutes=30)
LOOK = 0.3  # seconds between two looks at the rows
LONGEST = 3600  # seconds of a run


class Course:
    """Goes through the plan; `cuts` and `kills` count what was really killed, in the send window and anywhere."""

    def __init__(self, house: House, plan: Plan, seen: Seen, seed: int, tell: Callable[[str], None]) -> None:
        self.house, self.plan, self.seen, self.tell = house, plan, seen, tell
        self.dice = Random(seed)  # noqa: S311
        self.accepted = self.place = self.cuts = self.kills = 0
        self.waiting_cuts = list(plan.cuts)
        self.aimed = False
        self.outage: Outage | None = None
        self.no_scheduler = False
        self.looked = 0.0
        self.pace: float = BUSY
        self.acts = self._acts()

    def _acts(self) -> list[tuple[timedelta, Callable[[], None]]]:
        plan, house = self.plan, self.house
        rows: list[tuple[timedelta, Callable[[], None]]] = [(at, self._kill_any) for at in plan.kills]
        rows += [(at, house.wipe_broker) for at in plan.wipes]
        for outage in plan.outages:
            rows += [(outage.at, partial(self._go_away, outage)), (outage.ends, self._come_back)]
        rows += [(plan.no_scheduler[0], partial(self._schedule, 0)), (plan.no_scheduler[1], partial(self._schedule, 1))]
        rows += [(plan.three_schedulers[0], partial(self._schedule, 3)), (plan.three_schedulers[1], partial(self._schedule, 1))]
        return sorted(rows, key=lambda row: row[0])

    def run(self) -> None:
        """Until the last moment of the plan is over and nothing is left to do."""
        began = told = time.monotonic()
        self.house.clock.set(timedelta())
        while not self._is_over():
            time.sleep(0.03)
            self.house.clock.advance(self.pace)
            while self.acts and self.acts[0][0] <= self.house.clock.said:
                self.acts.pop(0)[1]()
            self._watch()
            if time.monotonic() - self.looked > LOOK:
                self._look()
            if time.monotonic() - told > 20:
                told = time.monotonic()
                self._say(told - began)
            if told - began > LONGEST:
                raise TimeoutError("the run did not come to its end")

    def _is_over(self) -> bool:
        return not self.acts and self.house.clock.said > self.plan.ends and not (self.seen.open_mails or self.seen.open_steps)

    def _look(self) -> None:
        """The clock is slow while something is on its way, quick while nothing is due."""
        self.looked = time.monotonic()
        self.seen.look(BEGINS + self.house.clock.said)
        due = sum(1 for row in self.plan.meetings if row.by_hand is not None and row.by_hand <= self.house.clock.said)
        due += sum(1 for row in self.plan.gone if row.at <= self.house.clock.said)
        late = due - len(self.house.done.read_text(encoding="utf-8").splitlines())
        mails = 0 if self.outage else self.seen.mails
        steps = 0 if self.no_scheduler else self.seen.steps
        busy = mails > 0 or steps > 3 or late > 1
        waits = self.seen.mails or self.seen.steps or late
        if not waits and (leap := self._next() - VOID) > self.house.clock.said + VOID:
            self.house.clock.set(leap)
        self.pace = FULL if mails > 300 or steps > 20 or late > 5 else BUSY if busy else IDLE

    def _next(self) -> timedelta:
        """The next moment at which anything happens."""
        moments = [at for at, _act in self.acts[:1]]
        moments += [at for row in self.plan.meetings for at in (row.ends - HALF_AN_HOUR, row.ends, row.by_hand) if at is not None]
        moments += [row.at for row in self.plan.gone]
        if self.seen.next is not None:
            moments.append(self.seen.next - BEGINS)
        return min((at for at in moments if at > self.house.clock.said), default=self.plan.ends)

    def _watch(self) -> None:
        """Read on in the mail server's log; whoever waits for an answer that is held back is killed."""
        lines, self.place = self.house.box.read(self.place)
        for line in lines:
            if "to" not in line:
                continue
            self.accepted += 1
            if line["held"]:
                self._cut(line["line"])
        calm = self.plan.calm[0] <= self.house.clock.said <= self.plan.calm[1]
        if self.waiting_cuts and self.accepted >= self.waiting_cuts[0] and not (self.aimed or self.outage or calm):
            self.waiting_cuts.pop(0)
            self.aimed = True
            self.house.box.hold_the_next()

    def _cut(self, port: int) -> None:
        self.aimed = False
        if self.house.kill_whoever_holds(port):
            self.cuts += 1
        else:
            self.waiting_cuts.insert(0, self.accepted + 20)

    def _kill_any(self) -> None:
        part = self.dice.choice(self.house.workers)
        part.kill()
        part.start()
        self.kills += 1

    def _go_away(self, outage: Outage) -> None:
        self.outage = outage
        if self.aimed:
            self.aimed = False
            self.waiting_cuts.insert(0, self.accepted + 20)
        self.house.box.stop()

    def _come_back(self) -> None:
        self.outage = None
        self.house.box.start()

    def _schedule(self, number: int) -> None:
        self.no_scheduler = number == 0
        self.house.schedule(number)

    def _say(self, seconds: float) -> None:
        clock = self.house.clock.said
        self.tell(
            f"{seconds:5.0f} s  clock {clock / timedelta(hours=1):5.2f} h  pace {self.pace:3.0f}  accepted {self.accepted:6}"
            f"  due {self.seen.mails:5} mails {self.seen.steps:4} steps  killed {self.kills} + {self.cuts} in the send window"
        )
