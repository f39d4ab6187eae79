"""The clocks: each step that is due is done once, in its own transaction, late after an outage, never twice."""

import logging

from django.db import transaction
from django.db.models import F, Q, QuerySet

from activity.models import Clock, ClockStep
from common import clock, ports

log = logging.getLogger(__name__)

BREACH = "breach"
ONE_TICK = 500


class DoneElsewhere(Exception):
    """Another tick did this step while we did it, or its clock was stopped: what we did is undone."""


def run_due_clocks() -> int:
    """Do the steps that are due, in the order of their moments; returns how many. One that fails holds up no other."""
    done = 0
    for pk in list(_due().order_by("at", "pk").values_list("pk", flat=True)[:ONE_TICK]):
        try:
            done += run_step(pk)
        except Exception:
            log.exception("step %s of a clock failed; tried again at the next tick", pk)
    return done


def _due() -> QuerySet[ClockStep]:
    """Steps of running clocks, and the breach of those that were stopped too late."""
    late = Q(kind=BREACH, clock__breached_at__isnull=True, clock__stopped_at__gt=F("clock__due_at"))
    return ClockStep.objects.filter(Q(clock__stopped_at__isnull=True) | late, done_at__isnull=True, at__lte=clock.now())


def run_step(pk: int) -> bool:
    """Do one step; False when there is nothing left to do.

    The handler runs first and the guard is set last: locks are taken in the order in which people's acts take them (subject,
    then clock), and of two ticks that do the same step at once the slower undoes all it did.
    """
    try:
        with transaction.atomic():
            step = _due().select_related("clock").filter(pk=pk).first()
            if step is None:
                return False
            began = clock.now()
            if step.kind == BREACH:
                step.clock.breached_at = began
            handler = ports.clocks.get(step.clock.kind)
            if handler is None:
                log.error("nobody answers for clocks of the kind %s", step.clock.kind)
            else:
                handler(step.clock, step.kind)
            _guard(step)
    except DoneElsewhere:
        return False
    return True


def _guard(step: ClockStep) -> None:
    now = clock.now()
    if not ClockStep.objects.filter(pk=step.pk, done_at__isnull=True).update(done_at=now):
        raise DoneElsewhere
    if step.kind != BREACH:
        return
    missed = Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at"))
    if not Clock.objects.filter(missed, pk=step.clock_id, breached_at__isnull=True).update(breached_at=step.clock.breached_at):
        raise DoneElsewhere
