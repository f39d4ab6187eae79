"""What short slips and change requests plug into the sockets: doors, clock, My desk, what stands beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import ports
from common.desk import DeskGroup, DeskRow
from people.models import User
from projects.access import steering_heads
from projects.models import ClauseChange
from tracking.change_access import sees_change, sees_slip
from tracking.models import ChangeRequest, Slip
from tracking.queries import changing
from tracking.services.changes import OPINIONS, told_of
from tracking.services.deciding import missing_opinions

SHOWN = 20


@transaction.atomic
def on_opinions_clock(clock: Any, step: str) -> None:
    """The time for opinions is over: the silent departments and who decides are told; nobody's silence decides."""
    change = ChangeRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=clock.object_id)
    missing = missing_opinions(change)
    if change.state != ChangeRequest.State.IN_REVIEW or not missing:
        return
    parties = change.project.parties.filter(department__in=missing).select_related("department")
    facts = {"missing": [party.department.name for party in parties], "by": clock.due_at}
    told = [*told_of(change, missing), *steering_heads(change.project)]
    ports.record(actor=None, verb="change.opinions_due", subject=change, project=change.project, facts=facts, tell=told)


def desk_slips(user: User) -> DeskGroup:
    """One click each: the receiving department's liaison agrees to a later day."""
    rows = changing.to_confirm(user)
    first = list(rows[:SHOWN])
    made = [
        DeskRow(
            title=slip.task.title, url=slip.get_absolute_url(), project_name=slip.task.project.name, when=slip.asked_at,
            promise=slip.clause,
            template="tracking/_desk_slip.html", context={"slip": slip},
        )
        for slip in first
    ]  # fmt: skip
    return DeskGroup(made, len(first) if len(first) < SHOWN else rows.count())


def desk_changes(user: User) -> DeskGroup:
    """Requests to say an opinion on, and to decide."""
    found = changing.of_requests(user)
    made = []
    for row in found[:SHOWN]:
        said = _("Decide on the change “%s”") if row.decides else _("Say your department's opinion on the change “%s”")
        made.append(
            DeskRow(title=said % row.title, url=row.get_absolute_url(), project_name=row.project.name, when=row.opinions_by)
        )
    return DeskGroup(made, len(found))


def beside_slips(ids: Iterable[int]) -> Mapping[int, list[str]]:
    """By slip, the key of its task."""
    rows = Slip.objects.filter(pk__in=list(ids)).values_list("pk", "task__uid")
    return {pk: [f"tracking.task:{uid}"] for pk, uid in rows}


def beside_amendments(ids: Iterable[int]) -> Mapping[int, list[str]]:
    """By amendment, the keys of the tasks whose promises it changes."""
    found: dict[int, list[str]] = defaultdict(list)
    lines = ClauseChange.objects.filter(amendment__in=list(ids), clause__task__isnull=False)
    for pk, uid in lines.values_list("amendment_id", "clause__task__uid"):
        found[pk].append(f"tracking.task:{uid}")
    return found


ports.door_of("tracking.changerequest", sees_change)
ports.door_of("tracking.slip", sees_slip, as_project=True)
ports.stands_beside("tracking.slip", beside_slips)
ports.stands_beside("projects.amendment", beside_amendments)
ports.on_clock(OPINIONS, on_opinions_clock)
ports.on_desk("confirm", desk_slips, waits=changing.to_confirm)
ports.on_desk("answer", desk_changes, waits=changing.in_review)
