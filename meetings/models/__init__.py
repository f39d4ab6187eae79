"""Step 3: series, meetings, agendas, minutes, certificates of their distribution."""

from meetings.models.action_end import ActionEnd
from meetings.models.meeting import AgendaItem, AgendaPart, Attendee, CalendarFeed, Meeting, Series, Topic
from meetings.models.minutes import (
    Action,
    Certificate,
    CertificatePaper,
    Minutes,
    MinutesPaper,
    MinutesReader,
    Resolution,
    ResolutionObjection,
    ResolutionUse,
)

__all__ = [
    "Action",
    "ActionEnd",
    "AgendaItem",
    "AgendaPart",
    "Attendee",
    "CalendarFeed",
    "Certificate",
    "CertificatePaper",
    "Meeting",
    "Minutes",
    "MinutesPaper",
    "MinutesReader",
    "Resolution",
    "ResolutionObjection",
    "ResolutionUse",
    "Series",
    "Topic",
]
