"""Departments, people, the work calendar, leave, what proves a signer, what the organisation chose."""

from people.models.factors import SecondFactor, SigningPin
from people.models.leave import Leave
from people.models.organisation import Organisation
from people.models.people import ApiToken, DayOverride, Department, User, WorkCalendar, WorkDay

__all__ = [
    "ApiToken",
    "DayOverride",
    "Department",
    "Leave",
    "Organisation",
    "SecondFactor",
    "SigningPin",
    "User",
    "WorkCalendar",
    "WorkDay",
]
