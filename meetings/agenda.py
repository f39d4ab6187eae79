"""What stands on the agenda before anybody writes on it."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import AgendaItem, Meeting
from meetings.models.meeting import Kind
from people.models import Department


def standing_items(kind: str, departments: Sequence[Department]) -> list[AgendaItem]:
    """The prefilled agenda of a kind of meeting (unsaved), in the organisation's language.

    Kick-off: the four standing items, each showing the project's own data (rule C1). Weekly: one part per department.
    """
    with override(settings.LANGUAGE_CODE):
        match kind:
            case Kind.KICKOFF:
                items = [
                    AgendaItem(title=_("Goal and expected results"), shows=AgendaItem.Shows.GOAL),
                    AgendaItem(title=_("Roles and duties of each department"), shows=AgendaItem.Shows.DUTIES),
                    AgendaItem(title=_("Flow, key nodes and suggestions"), shows=AgendaItem.Shows.FLOW),
                    AgendaItem(title=_("Communication mechanism and contingency plans"), shows=AgendaItem.Shows.COMMUNICATION),
                ]
            case Kind.WEEKLY:
                items = [
                    AgendaItem(title=_("%s: last week's progress, this week's plan") % department.name, department=department)
                    for department in departments
                ]
                items.append(AgendaItem(title=_("Matters to coordinate")))
            case Kind.MONTHLY_REVIEW:
                items = [
                    AgendaItem(title=_("Key results: target and actual"), shows=AgendaItem.Shows.GOAL),
                    AgendaItem(title=_("Deviations and risks")),
                    AgendaItem(title=_("Plan of next month")),
                ]
            case Kind.PRE_KICKOFF:
                items = [AgendaItem(title=_("Flow and key nodes"), shows=AgendaItem.Shows.FLOW)]
            case _:
                items = [AgendaItem(title=_("Discussion"))]
    for order, item in enumerate(items):
        item.order = order
    return items


def lay(meeting: Meeting, departments: Sequence[Department]) -> list[AgendaItem]:
    """The prefilled agenda of this meeting, unsaved."""
    items = standing_items(meeting.kind, departments)
    for item in items:
        item.meeting = meeting
    return items
