"""What meetings do when a lower floor records an event."""

from datetime import time
from functools import partial
from typing import Any

import meetings.reactions_holds  # noqa: F401
from common import ports
from common.doorbell import ring
from documents.codes import new_code
from documents.models import Document, Objection
from meetings.models import Series
from meetings.models.meeting import Kind
from meetings.services import ask_again, follow_project, refresh_people, settle_topics, start_series
from meetings.services.archiving import ask_anew
from meetings.services.reading import note_signed, signed_by
from meetings.services.revising import revise_for_objection
from meetings.services.solving import link_actions
from meetings.services.uses import carry_over, note_clause
from projects.models import Project

NOT_HELD = ("meeting.not_held", "meeting.cancelled")


def _start_meetings(event: Any) -> None:
    """A memorandum in force starts the weekly meeting and the monthly review (rule D1)."""
    project = Project.objects.get(pk=event.project_id)
    today, until = project.today, project.ends_on
    if until is not None and until < today:
        until = None  # the period is over already; a memorandum comes into force all the same
    start = partial(start_series, actor=None, project_uid=project.uid, at=time(10), first_on=today, last_on=until)
    start(kind=Kind.WEEKLY, rule=Series.Rule.WEEKLY, minutes=30, weekday=0)
    start(kind=Kind.MONTHLY_REVIEW, rule=Series.Rule.LAST_WORKDAY, minutes=60)


def _follow_project(event: Any) -> None:
    """Series end with the project and meet by its clocks."""
    if event.subject.state in (Project.State.EXECUTION, Project.State.CLOSING):
        follow_project(event.actor, event.subject, event.facts["fields"])


def _note_signature(event: Any) -> None:
    """A head's signature is the confirmation, made on paper or by a deputy as well."""
    document = event.subject
    if document.kind == Document.Kind.KICKOFF_MINUTES:
        signed = document.slots.filter(signature__uid__in=event.facts["signatures"])
        for slot in signed.select_related("signer", "signature__signer"):
            note_signed(document, slot.signer, signed_by(slot))


def _revise(event: Any) -> None:
    document = event.subject
    if document.kind == Document.Kind.KICKOFF_MINUTES:
        objection = Objection.objects.filter(slot__document=document, objector=event.actor).order_by("-id").first()
        if objection is not None:
            revise_for_objection(document, objection, event.actor)


def _refresh(event: Any) -> None:
    refresh_people(Project.objects.get(pk=event.project_id))


def _note_clause(event: Any) -> None:
    """A clause that says what it was made of settles that resolution of the kick-off (rule C5)."""
    if event.facts.get("origin") and event.actor is not None:
        note_clause(event.subject.memorandum.project, event.subject, event.facts["origin"], event.actor)


def _give_code(event: Any) -> None:
    """Distributed minutes have a code by which an outsider sees times and counts of the distribution (rule D4)."""
    minutes = event.subject
    if not minutes.check_code:
        minutes.check_code = new_code()
        minutes.save(update_fields=["check_code"])


def _certify(event: Any) -> None:
    """The clock has stopped or is breached: a worker issues the certificate; the sweep finds what was missed."""
    ring("meetings.jobs.certify", event.object_id)


def _carry_over(event: Any) -> None:
    carry_over(event.subject)


def _settle_topics(event: Any) -> None:
    """Topics that were talked about are done, the others come back; so do those of a meeting that was not held."""
    of_meeting = event.verb in NOT_HELD
    settle_topics(event.subject if of_meeting else event.subject.meeting, None if of_meeting else event.subject)


def _link_actions(event: Any) -> None:
    """Measures became tasks: what the minutes asked in the same words is these tasks, and nothing is asked twice (rule D7)."""
    link_actions(event.subject)


def _ask_again(event: Any) -> None:
    """Who had said that he comes said so of the earlier time."""
    ask_again([event.subject])


ports.react("meeting.moved", _ask_again)


def _ask_anew(event: Any) -> None:
    """While a project was held up nobody could answer: the time to do so is given anew."""
    ask_anew(event.project_id)


ports.react("project.resumed", _ask_anew)
ports.react("clause.added", _note_clause)
for solved in ("issue.solved", "issue.solved_late", "issue.measure_to_task"):
    ports.react(solved, _link_actions)
ports.react("minutes.distributed", _carry_over)
ports.react("minutes.distributed", _settle_topics)
ports.react("minutes.distributed", _give_code)
ports.react("minutes.reached", _certify)
ports.react("minutes.breached", _certify)
ports.react("memorandum.in_force", _start_meetings)
ports.react("project.edited", _follow_project)
ports.react("document.signed", _note_signature)
ports.react("document.objected", _revise)
for verb in NOT_HELD:
    ports.react(verb, _settle_topics)
for verb in ("party.invited", "party.liaison_appointed", "party.head_followed"):
    ports.react(verb, _refresh)
