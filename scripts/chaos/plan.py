"""What happens in a run and when, by the product's clock: all of it follows from the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

BEGINS = datetime(2026, 4, 14, 0, 0, tzinfo=UTC)  # a Tuesday, 08:00 in Shanghai
DAY = timedelta(hours=24)
MARGIN = timedelta(minutes=90)
PER_PROJECT = 20  # meetings
HAND, SYSTEM, NOTHING = "hand", "system", "nothing"
LEFT, DISABLED = "left", "disabled"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@dataclass(frozen=True)
class Held:
    """A meeting: in which project, when it ends, how its minutes go out: by hand (when), by the system, or not."""

    number: int
    project: int
    ends: timedelta
    how: str
    by_hand: timedelta | None
    seats: tuple[int, ...]  # which of the project's people attend; 0 chairs, 1 takes the minutes

    @property
    def deadline(self) -> timedelta:
        return self.ends + DAY

    @property
    def distributed(self) -> timedelta:
        """When its minutes are due to go out."""
        return self.by_hand or self.deadline - MARGIN


@dataclass(frozen=True)
class Gone:
    """Somebody leaves the project, or the account is disabled."""

    at: timedelta
    project: int
    seat: int
    how: str


@dataclass(frozen=True)
class Outage:
    """Nobody answers at the mail server's address."""

    at: timedelta
    length: timedelta

    @property
    def ends(self) -> timedelta:
        return self.at + self.length


@dataclass(frozen=True)
class Plan:
    """A run; moments are counted from its beginning."""

    attendees: int
    seats: int  # people of a project
    projects: int
    meetings: Sequence[Held]
    gone: Sequence[Gone]
    outages: Sequence[Outage]
    wipes: Sequence[timedelta]
    kills: Sequence[timedelta]  # of any worker
    cuts: Sequence[int]  # of whoever sends the n-th message, between the server's acceptance and the product's mark
    no_scheduler: tuple[timedelta, timedelta]
    calm: tuple[
        timedelta, timedelta
    ]  # no kill: a mail in doubt would wait for the scheduler, and what waited has no time for doubt
    three_schedulers: tuple[timedelta, timedelta]
    ends: timedelta

    @property
    def mails(self) -> int:
        """About so many carry minutes."""
        return sum(self.attendees for row in self.meetings if row.how != NOTHING)


def address(project: int, seat: int) -> str:
    return f"p{project}s{seat}@example.com"


def title(number: int) -> str:
    return f"沟通会 {number}"


def plan(meetings: int, attendees: int, seed: int) -> Plan:
    """All of a run. A large one spreads the ends of its meetings over four hours, a small one over half an hour."""
    dice, large = Random(seed), meetings >= 300  # noqa: S311
    spread = 4.0 if large else 0.5
    kills, wipes, outages = (50, 10, 10) if large else (4, 2, 2)
    auto = 22.5  # the first is distributed by the system
    seats = attendees + 4
    projects = max(1, meetings // PER_PROJECT)
    held = [_held(dice, number, number % projects, spread, attendees, seats) for number in range(meetings)]
    gone = [
        Gone(hours(dice.uniform(0.2, 1.2) * spread), project, dice.randrange(2, seats), dice.choice((LEFT, DISABLED)))
        for project in range(0, projects, 3)
    ]
    aimed = kills * 3 // 5
    expected = sum(attendees for row in held if row.how != NOTHING)
    dead, last = 25.3 if large else 0.8, auto + 0.95 * spread
    calm = (hours(dead - 0.4), hours(dead + 1.6)) if large else (hours(0), hours(0))
    return Plan(
        attendees=attendees, seats=seats, projects=projects, meetings=held, gone=gone,
        outages=_outages(spread, auto, outages),
        wipes=sorted(hours(_active(dice, spread, auto)) for _ in range(wipes)),
        kills=_kills(dice, spread, auto, kills - aimed, calm),
        cuts=sorted(dice.sample(range(1, expected * 9 // 10), aimed)),
        no_scheduler=(hours(dead), hours(dead + 1)), calm=calm,
        three_schedulers=(hours(2), hours(4)) if large else (hours(0.3), hours(0.7)),
        ends=hours(last + 3.5),
    )  # fmt: skip


def _held(dice: Random, number: int, project: int, spread: float, attendees: int, seats: int) -> Held:
    ends = hours(0.6 + dice.uniform(0, spread))
    how = dice.choices((HAND, SYSTEM, NOTHING), (45, 40, 15))[0]
    by_hand = ends + hours(dice.uniform(0.1, min(spread, 2))) if how == HAND else None
    others = sorted(dice.sample(range(2, seats), attendees - 2))
    return Held(number, project, ends, how, by_hand, (0, 1, *others))


def _kills(dice: Random, spread: float, auto: float, number: int, calm: tuple[timedelta, timedelta]) -> list[timedelta]:
    found: list[timedelta] = []
    while len(found) < number:
        at = hours(_active(dice, spread, auto))
        if not calm[0] <= at <= calm[1]:
            found.append(at)
    return sorted(found)


def _active(dice: Random, spread: float, auto: float) -> float:
    """An hour in which there is something to do: minutes distributed by hand, or by the system."""
    return dice.uniform(0.6, 2 * spread) if dice.random() < 0.5 else dice.uniform(auto + 0.6, auto + spread + 0.6)


def _outages(spread: float, auto: float, number: int) -> list[Outage]:
    """Short ones while people distribute and when the system begins to; the last two (of two, one) longer than the margin."""
    short = [(0.3, 10), (0.55, 30), (0.8, 20), (1.1, 45), (1.4, 15)]
    rows = [Outage(hours(0.6 + at * spread), minutes(length)) for at, length in short]
    if number == 2:
        return [rows[0], Outage(hours(auto + 0.6 + 0.6 * spread), minutes(100))]
    rows += [Outage(hours(at), minutes(length)) for at, length in ((2.3, 5), (4.5, 10), (23.12, 5))]
    return [*rows, Outage(hours(23.3), minutes(99)), Outage(hours(26.95), minutes(120))]
