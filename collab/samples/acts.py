"""A sample project as a list of acts in the order of time: when, what, who, with which facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collab.samples.files import PartyLine, Sample, moment
from collab.samples.shift import ZONE
from common import clock
from people.official_days import official

REPORTED_AT = time(17)  # a report without an hour counts as said then
SCANNED_AT = time(18)
OFFICE_OPENS = time(8, 30)
DAY = timedelta(days=1)
SHOWN_FOR = timedelta(weeks=1)
OBJECTED_AFTER = timedelta(minutes=40)
REVISED_AFTER = timedelta(minutes=80)
CALLED_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, order=True)
class Act:
    """`what` names the method of the replay that does it; acts of one moment keep their `order`."""

    moment: datetime
    order: int
    what: str = field(compare=False)
    who: str = field(compare=False, default="")
    facts: dict[str, Any] = field(compare=False, default_factory=dict)


Line = tuple[datetime, str, str, dict[str, Any]]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of a day where the samples live."""
    return clock.local(day, time(hour, minute), ZONE)


def acts_of(sample: Sample, now: datetime) -> list[Act]:
    """Everything that was done in a project up to now, beats of each morning and evening included."""
    found = [*_step_one(sample), *_kickoff(sample), *_memorandum(sample), *_work(sample), *_answers(sample), *_actuals(sample)]
    found += [*_issues(sample), *_exceptions(sample), *_beats(sample, now)]
    return sorted(Act(when, order, what, who, facts) for order, (when, what, who, facts) in enumerate(found) if when <= now)


def _lead(sample: Sample) -> PartyLine:
    return sample.party(sample.project["initiating_dept"])


def _step_one(sample: Sample) -> Iterator[Line]:
    """Drafted and started on the first morning; the flow follows the preliminary meeting, the gate the day after."""
    lead, first = _lead(sample), sample.start
    yield at(first, 9), "draft", lead.liaison, {}
    yield at(first, 9, 20), "goal", lead.liaison, {}
    yield at(first, 9, 40), "start", lead.head, {}
    for party in sample.departments:
        if party is not lead:
            yield at(first, 10), "invite", lead.head, {"party": party}
        yield at(first, 11), "appoint", party.head, {"party": party}
    for row in sample.meetings:
        if row["type"] == "pre_meeting":
            yield at(first, 11, 30), "call", lead.head, {"meeting": row}
    yield at(first + DAY, 9), "flow", lead.liaison, {}
    yield at(first + DAY, 10), "needs", lead.liaison, {}
    for row in sample.resources:
        yield at(first + DAY, 14), "answer_need", sample.party(row["from_dept"]).liaison, {"row": row}
    yield at(first + DAY, 16), "pass_gate", lead.head, {}


def _kickoff(sample: Sample) -> Iterator[Line]:
    """Called behind the gate; its minutes go out, are signed and confirmed at the file's times."""
    lead, row = _lead(sample), sample.meeting("kickoff")
    minutes = row["minutes"]
    yield at(sample.start + DAY, 16, 30), "call", lead.head, {"meeting": row}
    out, confirmed = moment(minutes["distributed_at"]), moment(minutes["confirmed_all_at"])
    yield out, "publish_kickoff", lead.liaison, {}
    for said in minutes.get("objections", []):
        yield out + OBJECTED_AFTER, "object_kickoff", sample.party(said["dept"]).head, {"text": said["text"]}
        out += REVISED_AFTER
        yield out, "revise_kickoff", lead.liaison, {"dept": said["dept"], "text": said["text"]}
    readers = [party.head for party in sample.departments] + [party.liaison for party in sample.departments]
    morning = clock.local(confirmed.astimezone(ZoneInfo(ZONE)).date(), OFFICE_OPENS, ZONE)  # nobody confirms at night
    for when, reader in zip(_between(max(out, morning), confirmed, len(readers)), readers, strict=True):
        yield when, "confirm_kickoff", reader, {}


def _memorandum(sample: Sample) -> Iterator[Line]:
    """Drafted and opened on the day before, signed by all on `signed_on`: in force that day; sub-tasks right after.

    Where only `signed_so_far` have signed, it is opened on the day on which the last confirmed the kick-off.
    """
    if "signed_so_far" in sample.project:
        yield from _signing(sample)
        return
    lead, day = _lead(sample), sample.memorandum["signed_on"]
    signers = sample.memorandum["signers"]
    yield at(day - DAY, 10), "write_memorandum", lead.liaison, {}
    yield at(day - DAY, 15), "open_memorandum", lead.head, {}
    for when, signer in zip(_between(at(day, 9), at(day, 11), len(signers)), signers, strict=True):
        yield when, "sign", signer, {}
    for line in sample.promised:
        yield at(day, 14), "take_on", sample.party(line.dept).liaison, {"line": line}


def _signing(sample: Sample) -> Iterator[Line]:
    """Opened for signature, and signed by some; the deadline lies behind the week in which the sample is shown."""
    lead = _lead(sample)
    day = moment(sample.meeting("kickoff")["minutes"]["confirmed_all_at"]).astimezone(ZoneInfo(ZONE)).date()
    monday = sample.project["load_as_of"] + SHOWN_FOR + 2 * DAY
    yield at(day, 13, 30), "write_memorandum", lead.liaison, {}
    yield at(day, 15), "open_memorandum", lead.head, {"sign_days": (monday - day).days}
    signers = sample.project["signed_so_far"]
    for when, signer in zip(_between(at(day, 15), at(day, 17, 30), len(signers)), signers, strict=True):
        yield when, "sign", signer, {}


def _work(sample: Sample) -> Iterator[Line]:
    """What was reported, by the task's owner."""
    for task_id, said in sample.reports.items():
        line = sample.task(task_id)
        for day, done in said.items():
            yield clock.local(day, REPORTED_AT, ZONE), "report", line.owner, {"line": line, "done": done}


def _answers(sample: Sample) -> Iterator[Line]:
    """Cause and measure of a risk item, by the department's liaison."""
    for row in sample.tracking:
        if row.risk_item:
            line = sample.task(row.task)
            yield at(row.report_date, 16), "answer", sample.party(line.dept).liaison, {"line": line, "row": row}


def _issues(sample: Sample) -> Iterator[Line]:
    """Raised, talked about where the file has a meeting on it, solved by the lead's liaison, all at the file's times."""
    lead = sample.party(sample.project["lead_dept"]).liaison
    for row in sample.issues:
        raised, meeting = moment(row.raised_at), sample.meeting_on(row)
        yield raised, "register", row.raised_by, {"row": row}
        if meeting is not None:
            yield raised + CALLED_AFTER, "call_on_issue", meeting["chair"], {"row": row, "meeting": meeting}
        yield row.solved_at, "solve", lead, {"row": row}


def _exceptions(sample: Sample) -> Iterator[Line]:
    """A weekly meeting that a holiday cancels, said some days before; moved by weeks, it is the holiday next to that day."""
    weekly = sample.meeting("weekly")
    first, last = weekly["series"]["first"], weekly["series"]["last"]
    names = official(language="zh").names
    off = [day for day in (first + 7 * n * DAY for n in range((last - first).days // 7 + 1)) if day in names]
    for row in weekly["exceptions"]:
        day = min(off, key=lambda one, said=row["date"]: abs(one - said), default=None)  # type: ignore[misc]
        if day is not None:
            lead = sample.party(sample.project["lead_dept"]).liaison
            reason = row["reason"] if day == row["date"] else f"{names[day].split('（')[0]}假期"
            yield at(day - 5 * DAY, 10), "cancel_weekly", lead, {"day": day, "reason": reason}


def _actuals(sample: Sample) -> Iterator[Line]:
    """What came of the key results, each on its date."""
    for kpi in sample.kpis:
        day = kpi.actual_date or kpi.due
        if day and not kpi.is_fed and (kpi.actual is not None or kpi.actual_date):
            yield at(day, 17, 30), "enter_actual", sample.party(kpi.dept).liaison, {"kpi": kpi}


def _beats(sample: Sample, now: datetime) -> Iterator[Line]:
    """From the second day on: each morning the day's meetings are taken up, each evening the scan runs."""
    day = sample.start + DAY
    while at(day, 8) <= now:
        yield at(day, 8), "morning", "", {"day": day}
        yield clock.local(day, SCANNED_AT, ZONE), "evening", "", {"day": day}
        day += DAY


def _between(first: datetime, last: datetime, count: int) -> Sequence[datetime]:
    """`count` moments, evenly spread after `first`, ending at `last`, whole minutes."""
    minutes = (last - first) // timedelta(minutes=1)
    return [first + timedelta(minutes=minutes * (n + 1) // count) for n in range(count)]
