"""What stands on the agenda before anybody writes on it."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import AgendaItem, Meeting
from meetings.models.meeting import Kind


def standing_items(kind: str) -> list[AgendaItem]:
    """The prefilled agenda of a kind of meeting (unsaved), in the organisation's language.

    Kick-off: the four standing items, each showing the project's own data (rule C1).
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
            case Kind.WEEKLY | Kind.MONTHLY_REVIEW:
                items = []  # written from the data when the meeting begins (rule D2)
            case Kind.PRE_KICKOFF:
                items = [AgendaItem(title=_("Flow and key nodes"), shows=AgendaItem.Shows.FLOW)]
            case _:
                items = [AgendaItem(title=_("Discussion"))]
    for order, item in enumerate(items):
        item.order, item.source = order, AgendaItem.Source.STANDING
    return items


def lay(meeting: Meeting) -> list[AgendaItem]:
    """The prefilled agenda of this meeting, unsaved."""
    items = standing_items(meeting.kind) if meeting.issue_id is None else _on_issue()
    for item in items:
        item.meeting = meeting
    return items


def _on_issue() -> list[AgendaItem]:
    """What a coordination meeting on an issue goes through (rule D7)."""
    with override(settings.LANGUAGE_CODE):
        titles = [_("What it is about"), _("What each side needs"), _("Solution"), _("Measures: who, until when")]
    return [AgendaItem(title=title, order=order, source=AgendaItem.Source.STANDING) for order, title in enumerate(titles)]
