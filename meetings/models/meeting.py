"""Meetings and the series they come from."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history
from people.models import Department
from projects.models import Project
from tracking.models import Issue


class Kind(models.TextChoices):
    """Kinds of meetings."""

    PRE_KICKOFF = "pre_kickoff", _("Preliminary meeting")
    KICKOFF = "kickoff", _("Kick-off meeting")
    WEEKLY = "weekly", _("Weekly meeting")
    MONTHLY_REVIEW = "monthly_review", _("Monthly review")
    COORDINATION = "coordination", _("Coordination meeting")
    OTHER = "other", _("Meeting")


class Series(SharedRow):
    """Weekly: a weekday; monthly: the last workday, or a day of the month. Local time and rule are stored (the zone is the
    project's), instants computed late.
    """

    class Rule(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        LAST_WORKDAY = "last_workday", _("Last workday of the month")
        MONTH_DAY = "month_day", _("A day of the month")

    project = models.ForeignKey(Project, models.CASCADE, related_name="series")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    rule = models.CharField(_("repeats"), max_length=20, choices=Rule.choices)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=0)  # Monday = 0; for weekly series
    month_day = models.PositiveSmallIntegerField(_("day of the month"), default=31)  # a shorter month: its last day
    at = models.TimeField(_("time"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=30)
    place = models.CharField(_("place"), max_length=120, blank=True)  # of all that nobody put elsewhere
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorder")
    )  # none: the chair
    copies = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("in copy"))  # of each
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    stop_reason = models.CharField(_("reason"), max_length=200, blank=True)  # a person stopped it
    stop_day = models.DateField(null=True, blank=True)  # after this day, whatever the period of the project becomes
    off_with_project = models.BooleanField(default=False)  # called off when its project was held up; goes on with it
    planned_until = models.DateField(null=True, blank=True)  # meetings exist up to this day
    planned_with = models.UUIDField(null=True, blank=True)  # the edition of the work calendar by which they lie where they do
    sequence = models.PositiveIntegerField(default=0)  # of the last iCalendar message on the series as a whole
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="one_series_of_a_kind"),
            models.CheckConstraint(name="series_stopped_on_a_day", condition=Q(stop_reason="") | Q(last_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.last_on is not None and self.last_on < self.project.today


class Meeting(SharedRow):
    """A meeting; its actual end (until then the planned one) starts the 24 hours of its minutes."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        NOT_HELD = "not_held", _("Not held")

    class OffWith(models.TextChoices):
        NOTHING = "", _("by itself")
        PROJECT = "project", _("with its project")
        SERIES = "series", _("with its series")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.HELD, State.NOT_HELD},
        State.HELD: set(),
        State.NOT_HELD: {State.PLANNED},  # cancelled, and called anew before it would have begun
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
    called_off_at = models.DateTimeField(null=True, blank=True)  # when that was said
    off_with = models.CharField(max_length=10, choices=OffWith.choices, blank=True, default="")  # and back when that goes on
    place = models.CharField(_("place"), max_length=120, blank=True)
    moved_by_hand = models.BooleanField(default=False)  # moved or cancelled by a person: rule and calendar leave it as it is
    sequence = models.PositiveIntegerField(default=0)  # of the last iCalendar message; rises with each
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="meetings")  # a coordination meeting's
    agenda_at = models.DateTimeField(null=True, blank=True)  # when the agenda was written from the data: from then on it stays
    since_last = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)  # its first line: kept, broken, moved
    attendance_version = models.PositiveIntegerField(default=0)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("chair"))
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorder"))
    chair_named = models.BooleanField(default=False)  # by a person, for this meeting of a series alone: it stays so
    recorder_named = models.BooleanField(default=False)
    let_off = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")  # usual people taken off this one
    not_copied = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")  # in copy of its series, not here
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
            models.CheckConstraint(name="meeting_off_with_is_off", condition=Q(off_with="") | Q(state="not_held")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.uid])

    @property
    def is_cancelled(self) -> bool:
        """Called off before it would have begun; what nobody came to is "not held"."""
        return self.state == self.State.NOT_HELD and self.called_off_at is not None and self.called_off_at < self.starts_at


class Attendee(Row):
    """Who is invited, who came; people in copy read and do not confirm."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        ACCEPTED = "accepted", _("Comes")
        TENTATIVE = "tentative", _("Perhaps")
        DECLINED = "declined", _("Cannot come")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    in_copy = models.BooleanField(_("in copy"), default=False)
    by_hand = models.BooleanField(default=False)  # put there by a person: stays, whoever the usual people are
    present = models.BooleanField(_("present"), null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NONE)  # to the invitation, from its page
    answered_at = models.DateTimeField(null=True, blank=True)
    part_seen_at = models.DateTimeField(null=True, blank=True)  # looked at the own department's part, shortly before
    history = history()

    class Meta:
        ordering = ["in_copy", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attends_once")]

    def __str__(self) -> str:
        return str(self.user)


class Topic(SharedRow):
    """A matter that somebody wants talked about (议题池): it waits until a meeting takes it up, and says how often it did not."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a meeting")
        TAKEN = "taken", _("On an agenda")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.TAKEN, State.WITHDRAWN},
        State.TAKEN: {State.OPEN, State.DONE},
        State.DONE: {State.OPEN},
        State.WITHDRAWN: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="topics")
    text = models.CharField(_("topic"), max_length=200)
    kind = models.CharField(_("for which meeting"), max_length=20, choices=Kind.choices, default=Kind.WEEKLY)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    carried = models.PositiveSmallIntegerField(default=0)  # meetings that did not get to it
    history = history()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("project_meetings", args=[self.project.uid])


class AgendaPart(SharedRow):
    """A department's own part of a weekly agenda, as its liaison amended it until the start; what is empty is as the data say."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="parts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    progress = models.TextField(_("last week"), blank=True)
    plan = models.TextField(_("this week"), blank=True)
    matters = models.TextField(_("to coordinate"), blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "department"], name="one_part_per_department")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.department}"

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()


class AgendaItem(SharedRow):
    """A topic of a meeting, and what was said on it. `shows` names the project's own data that stands under it.

    Items that the agenda wrote itself (rule D2) say from what (`source`), keep the figures of that moment (`facts`), how many
    departments wait on it, and at how many meetings before it was carried over.
    """

    class Shows(models.TextChoices):
        NOTHING = "", _("Nothing")
        GOAL = "goal", _("Goal and expected results")
        DUTIES = "duties", _("Roles and duties")
        FLOW = "flow", _("Flow and suggestions")
        COMMUNICATION = "communication", _("Communication and contingency plans")
        PART = "part", _("A department's week")
        TREND = "trend", _("Deviations and risks")
        NEXT_MONTH = "next_month", _("Plan of next month")

    class Source(models.TextChoices):
        PERSON = "", _("Put there by a person")
        STANDING = "standing", _("Of each such meeting")
        PART = "part", _("A department's part")
        BROKEN = "broken", _("Broken promise")
        SLIPPING = "slipping", _("Slipping promise")
        DEVIATION = "deviation", _("Deviation")
        CLOCK = "clock", _("Running clock")
        CHANGE = "change", _("Open change request")
        UNSIGNED = "unsigned", _("Unsigned paper")
        ACTION = "action", _("Undone action")
        TOPIC = "topic", _("Topic backlog")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(_("topic"), max_length=200)
    shows = models.CharField(max_length=20, choices=Shows.choices, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source.choices, blank=True, default="")
    subject = models.CharField(max_length=100, blank=True)  # "app.model:uid" of what it is about; the same at the next meeting
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="items")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    waits = models.PositiveSmallIntegerField(default=0)  # departments that wait on it
    carried = models.PositiveSmallIntegerField(default=0)  # meetings that did not get to it
    slot = models.PositiveSmallIntegerField(default=0)  # minutes it is given
    facts = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    notes = models.TextField(_("discussion"), blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        """Whether what stands under it was written down with the agenda: a department's part, the monthly review's own."""
        return bool(self.facts) and self.source in (self.Source.PART, self.Source.STANDING)


class CalendarFeed(Row):
    """The private address under which a calendar application reads a person's meetings; only its SHA-256 is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="one_feed_per_person", condition=Q(revoked_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("me")
