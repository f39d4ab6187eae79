"""Meetings and the series they come from."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history
from people.models import Department
from projects.models import Project


class Kind(models.TextChoices):
    """Kinds of meetings."""

    PRE_KICKOFF = "pre_kickoff", _("Preliminary meeting")
    KICKOFF = "kickoff", _("Kick-off meeting")
    WEEKLY = "weekly", _("Weekly meeting")
    MONTHLY_REVIEW = "monthly_review", _("Monthly review")
    COORDINATION = "coordination", _("Coordination meeting")
    OTHER = "other", _("Meeting")


class Series(SharedRow):
    """Weekly: a weekday; monthly: the last workday. Zone, local time and rule are stored, instants computed late."""

    class Rule(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        LAST_WORKDAY = "last_workday", _("Last workday of the month")

    project = models.ForeignKey(Project, models.CASCADE, related_name="series")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    rule = models.CharField(_("repeats"), max_length=20, choices=Rule.choices)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=0)  # Monday = 0; for weekly series
    at = models.TimeField(_("time"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=30)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    planned_until = models.DateField(null=True, blank=True)  # meetings exist up to this day
    history = history()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_series_of_a_kind")]

    def __str__(self) -> str:
        return self.title


class Meeting(SharedRow):
    """A meeting; its actual end (until then the planned one) starts the 24 hours of its minutes."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        NOT_HELD = "not_held", _("Not held")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.HELD, State.NOT_HELD},
        State.HELD: set(),
        State.NOT_HELD: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="meetings")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="meetings")
    series_day = models.DateField(null=True, blank=True)  # the day the rule gave, before a holiday moved it
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))  # as planned
    ended_at = models.DateTimeField(null=True, blank=True)  # the actual end, set by one button
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # why it was not held
    place = models.CharField(_("place"), max_length=120, blank=True)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("chair"))
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorder"))
    created_at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "series_day"], name="one_meeting_per_day_of_series"),
            models.CheckConstraint(name="meeting_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="meeting_not_held_iff_reason",
                condition=Q(state="not_held") & ~Q(reason="") | (~Q(state="not_held") & Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.uid])


class Attendee(Row):
    """Who is invited, who came; people in copy read and do not confirm."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    in_copy = models.BooleanField(_("in copy"), default=False)
    present = models.BooleanField(_("present"), null=True)
    history = history()

    class Meta:
        ordering = ["in_copy", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attends_once")]

    def __str__(self) -> str:
        return str(self.user)


class AgendaItem(SharedRow):
    """A topic of a meeting, and what was said on it. `shows` names the project's own data that stands under it."""

    class Shows(models.TextChoices):
        NOTHING = "", _("Nothing")
        GOAL = "goal", _("Goal and expected results")
        DUTIES = "duties", _("Roles and duties")
        FLOW = "flow", _("Flow and suggestions")
        COMMUNICATION = "communication", _("Communication and contingency plans")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(_("topic"), max_length=200)
    shows = models.CharField(max_length=20, choices=Shows.choices, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.TextField(_("discussion"), blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title
