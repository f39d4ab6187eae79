"""The verdict on a run, from outside witnesses: the plan, the mail server's log, and counts by SQL."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.chaos.plan import BEGINS, DISABLED, HAND, MARGIN, NOTHING, Held, Plan, address, minutes, title
from scripts.chaos.seen import Seen

MAILS = """
SELECT d.message_id, d.address, d.state, e.verb, m.title
FROM activity_delivery d JOIN activity_notice n ON n.id = d.notice_id JOIN activity_event e ON e.id = n.event_id
LEFT JOIN meetings_minutes x ON e.verb = 'minutes.distributed' AND x.id = e.object_id
LEFT JOIN meetings_meeting m ON m.id = x.meeting_id WHERE d.channel = 'mail'"""
IN_APP = """
SELECT m.title, u.email, count(DISTINCT n.id), count(d.id)
FROM activity_event e JOIN meetings_minutes x ON x.id = e.object_id JOIN meetings_meeting m ON m.id = x.meeting_id
JOIN activity_notice n ON n.event_id = e.id JOIN people_user u ON u.id = n.reader_id
LEFT JOIN activity_delivery d ON d.notice_id = n.id AND d.channel = 'in_app' AND d.state = 'sent'
WHERE e.verb = 'minutes.distributed' GROUP BY m.title, u.email"""
BREACHED = """
SELECT m.title FROM activity_clock c JOIN meetings_minutes x ON x.id = c.object_id JOIN meetings_meeting m ON m.id = x.meeting_id
WHERE c.kind = 'minutes' AND c.breached_at IS NOT NULL"""
TOLD = "SELECT count(*), count(DISTINCT object_id) FROM activity_event WHERE verb = %(verb)s"
UNSETTLED = """
SELECT count(*) FROM meetings_minutesreader WHERE reached_at IS NULL AND excused_at IS NULL"""
GRACE = minutes(6)  # whoever leaves while a mail is on the wire may still get it
RECOVERY = minutes(40)  # after an outage: five minutes to the next attempt, what has waited, and one mail in doubt


@dataclass(frozen=True)
class Line:
    """A line of the verdict."""

    what: str
    found: str
    holds: bool | None = None


class Verdict:
    """Everything that is counted, and whether it is as promised."""

    def __init__(self, plan: Plan, seen: Seen, log: list[dict[str, Any]], killed: tuple[int, int]) -> None:
        self.plan, self.seen, self.killed = plan, seen, killed
        self.accepted = [line for line in log if "to" in line]
        self.heard_times = Counter(line["heard"] for line in log if "heard" in line)
        self.rows = seen.ask(MAILS)
        self.of_meeting = {title(row.number): row for row in plan.meetings}
        self.gone = {address(row.project, row.seat): row for row in plan.gone}

    def lines(self) -> list[Line]:
        return [*self._counts(), *self._mails(), *self._in_time(), *self._notices(), *self._left()]

    def _counts(self) -> list[Line]:
        by_hand = sum(row.how == HAND for row in self.plan.meetings)
        nothing = sum(row.how == NOTHING for row in self.plan.meetings)
        written = len(self.plan.meetings) - nothing
        times, once = self.seen.ask(TOLD, verb="minutes.distributed")[0]
        empty, _once = self.seen.ask(TOLD, verb="minutes.empty")[0]
        whole = f"{len(self.plan.meetings)} × {self.plan.attendees}: {by_hand} by hand, {written - by_hand} by the system"
        return [
            Line("meetings", f"{whole}, {nothing} with nothing written"),
            Line("worker groups killed", f"{self.killed[0]} anywhere, {self.killed[1]} held in the send window"),
            Line("broker wiped · outages · longer than the margin", self._broken()),
            Line("minutes distributed, each once", f"{times} of {written}", times == once == written),
            Line("empty ones told of, each once", f"{empty} of {nothing}", empty == nothing),
        ]

    def _broken(self) -> str:
        return f"{len(self.plan.wipes)} · {len(self.plan.outages)} · {len(self._long())}"

    def _long(self) -> list[Any]:
        return [row for row in self.plan.outages if row.length > MARGIN]

    def _mails(self) -> list[Line]:
        """Every mail that was laid down came, or was withheld; what came more than once was cut off from its answer."""
        times = Counter(line["id"] for line in self.accepted)
        cut = {name: times[name] - self.heard_times[name] for name in times if times[name] > self.heard_times[name]}
        known = {name: state for name, _to, state, _verb, _title in self.rows}
        lost = [name for name, state in known.items() if state != "withheld" and not times[name]]
        unsent = Counter(state for state in known.values() if state not in ("sent", "withheld"))
        twice = {name: number - 1 for name, number in times.items() if number > 1}
        contents = defaultdict(set)
        for line in self.accepted:
            contents[line["id"]].add((line["sha256"], line["to"]))
        return [
            Line("mails accepted by the server", f"{len(self.accepted)} of {len(known)} laid down"),
            Line("mails that nobody laid down", str(len(set(times) - set(known))), not set(times) - set(known)),
            Line("mails lost", str(len(lost)), not lost),
            Line("left waiting at the end", str(dict(unsent) or 0), not unsent),
            Line("cut off between acceptance and mark, as the server saw it", str(sum(cut.values()))),
            Line("mails that came twice", str(sum(twice.values())), sum(twice.values()) <= sum(cut.values())),
            Line("of these not cut off before", str(self._extra(twice, cut)), not self._extra(twice, cut)),
            Line("with another content", str(others := sum(len(of) > 1 for of in contents.values())), not others),
        ]  # fmt: skip

    @staticmethod
    def _extra(twice: dict[str, int], cut: dict[str, int]) -> int:
        return sum(max(0, number - cut.get(name, 0)) for name, number in twice.items())

    def _reached(self, *, heard: bool = False) -> dict[str, dict[str, timedelta]]:
        """By meeting and address the moment at which the server first accepted the minutes; or at which the product heard so."""
        whose = {name: (to, of) for name, to, _state, verb, of in self.rows if verb == "minutes.distributed"}
        found: dict[str, dict[str, timedelta]] = defaultdict(dict)
        cut = Counter(line["id"] for line in self.accepted) - self.heard_times if heard else Counter()
        for line in sorted(self.accepted, key=lambda row: row["at"]):
            if cut[line["id"]] > 0:
                cut[line["id"]] -= 1
                continue
            if line["id"] in whose:
                to, of = whose[line["id"]]
                found[of].setdefault(to, datetime.fromtimestamp(line["at"], UTC) - BEGINS)
        return found

    def _owed(self, row: Held) -> set[str]:
        """Whom a meeting's minutes must reach by mail: who attends, but for the distributor and those who left before."""
        everybody = {address(row.project, seat) for seat in row.seats}
        if row.how == HAND:
            everybody -= {address(row.project, 0)}
        return {to for to in everybody if to not in self.gone or self.gone[to].at > row.distributed + RECOVERY + MARGIN}

    def _in_time(self) -> list[Line]:
        reached, known = self._reached(), self._late(self._reached(heard=True))
        late = self._late(reached)
        written = [(name, row) for name, row in self.of_meeting.items() if row.how != NOTHING]
        missing = sum(to not in reached[name] for name, row in written for to in self._owed(row))
        breached = {of for (of,) in self.seen.ask(BREACHED)}
        empty = {name for name, row in self.of_meeting.items() if row.how == NOTHING}
        must, may = self._by_outage()
        slack = [row.deadline - max(reached[name].values()) for name, row in self.of_meeting.items() if name not in late | empty]
        return [
            Line("attendees whom nothing reached", str(missing), missing == 0),
            Line("minutes late", f"{len(late)}; {len(must)} had the whole margin within an outage", must <= late <= may),
            Line(
                "breaches recorded, of written minutes",
                f"{len(breached - empty)}; {len(known - late)} in time unheard{self._unrecorded(late - breached, reached)}",
                self._fits(breached - empty, late, known),
            ),
            Line("breaches recorded, of empty ones", f"{len(breached & empty)} of {len(empty)}", empty <= breached),
            Line("least time left among those in time", _hours(min(slack, default=timedelta()))),
            Line("readers neither reached nor excused", str(self.seen.ask(UNSETTLED)[0][0]), self.seen.ask(UNSETTLED)[0][0] == 0),
        ]

    def _unrecorded(self, names: set[str], reached: dict[str, dict[str, timedelta]]) -> str:
        """Of late ones without a breach by how much, for whom."""
        said = []
        for name in sorted(names):
            row = self.of_meeting[name]
            by = {to: (at - row.deadline).total_seconds() for to, at in reached[name].items()}
            said += [f"{name} {to} {late:.1f} s" for to, late in by.items() if late > 0]
        return "; " + ", ".join(said) if said else ""

    def _late(self, reached: dict[str, dict[str, timedelta]]) -> set[str]:
        """Minutes that came to somebody after their deadline, or not at all."""
        found = set()
        for name, row in self.of_meeting.items():
            at = [reached[name].get(to) for to in self._owed(row)] if row.how != NOTHING else []
            if any(moment is None or moment > row.deadline for moment in at):
                found.add(name)
        return found

    @staticmethod
    def _fits(breached: set[str], late: set[str], known: set[str]) -> bool:
        """Each late one is recorded; beside them only such as were in time at the server, and nobody could hear it."""
        return late <= breached <= late | known

    def _by_outage(self) -> tuple[set[str], set[str]]:
        """Minutes of which an outage leaves nothing of the margin; and those of which it leaves no time to recover."""
        must, may = set(), set()
        for name, row in self.of_meeting.items():
            for outage in self._long() if row.how != NOTHING else ():
                if outage.at <= row.distributed and row.deadline <= outage.ends:
                    must.add(name)
                if outage.at - minutes(25) <= row.distributed and row.deadline <= outage.ends + RECOVERY:
                    may.add(name)
        return must, may

    def _notices(self) -> list[Line]:
        found = {(of, to): (notices, sent) for of, to, notices, sent in self.seen.ask(IN_APP)}
        owed = {(name, to) for name, row in self.of_meeting.items() if row.how != NOTHING for to in self._owed(row)}
        wrong = [key for key in owed if found.get(key) != (1, 1)] + [key for key, counts in found.items() if counts != (1, 1)]
        return [Line("in the application, each exactly once", f"{len(owed)} owed, {len(wrong)} wrong", not wrong)]

    def _left(self) -> list[Line]:
        """Whoever left gets nothing more, whatever it is about."""
        after = [
            line for line in self.accepted
            if line["to"] in self.gone and datetime.fromtimestamp(line["at"], UTC) - BEGINS > self.gone[line["to"]].at + GRACE
        ]  # fmt: skip
        states = Counter(state for _name, to, state, _verb, _of in self.rows if to in self.gone)
        disabled = sum(row.how == DISABLED for row in self.plan.gone)
        whole = f"{len(after)}; {states['withheld']} withheld; {len(self.plan.gone) - disabled} left, {disabled} disabled"
        return [Line("mails to people who had left", whole, not after)]


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(minutes=1):.0f} min"
