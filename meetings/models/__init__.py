"""Step 3: series, meetings, minutes."""

from meetings.models.meeting import AgendaItem, Attendee, Meeting, Series
from meetings.models.minutes import Action, Minutes, MinutesReader, Resolution, ResolutionUse

__all__ = ["Action", "AgendaItem", "Attendee", "Meeting", "Minutes", "MinutesReader", "Resolution", "ResolutionUse", "Series"]
