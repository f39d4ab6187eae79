"""Tasks, what is reported on them, the plan as signed, and the figures derived from both."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock, ranks
from common.rows import Row, SharedRow, history
from documents.models import Document
from people.models import Department
from projects.models import Clause, Node, Project


class Task(SharedRow):
    """An executable, quantifiable piece of work; tasks form a tree (rule E1). Delayed is derived from dates, never stored."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        IN_PROGRESS = "in_progress", _("In progress")
        AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Awaiting acceptance")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.NOT_STARTED: {State.IN_PROGRESS, State.AWAITING_ACCEPTANCE, State.DONE, State.CANCELLED},
        State.IN_PROGRESS: {State.NOT_STARTED, State.AWAITING_ACCEPTANCE, State.DONE, State.CANCELLED},
        State.AWAITING_ACCEPTANCE: {State.IN_PROGRESS, State.DONE, State.CANCELLED},
        State.DONE: {State.IN_PROGRESS},
        State.CANCELLED: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="tasks")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # its tree's top; none at the top
    level = models.PositiveSmallIntegerField(default=0)  # 0 at the top; kept by the services
    rank = models.CharField(max_length=ranks.LONGEST, default=ranks.fresh)  # the one shared order: of the tree, board and table
    clause = models.OneToOneField(Clause, models.PROTECT, null=True, blank=True, related_name="task")
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("node"))
    title = models.CharField(_("task"), max_length=200)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("assignee")
    )
    handed_to = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed to")
    )
    starts_on = models.DateField(_("planned start"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    deliverable = models.CharField(_("deliverable"), max_length=120, blank=True)
    standard = models.CharField(_("quality standard"), max_length=200, blank=True)
    weight = models.PositiveIntegerField(_("weight"), null=True, blank=True)  # none: defaulted as architecture says
    target = models.DecimalField(_("target quantity"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    done = models.DecimalField(_("done"), max_digits=14, decimal_places=2, default=Decimal(0))  # quantity, else percent
    state = models.CharField(max_length=20, choices=State.choices, default=State.NOT_STARTED)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        ordering = ["rank", "id"]
        indexes = [
            models.Index(fields=["project", "state", "rank"], name="task_of_column"),
            models.Index(fields=["parent", "rank"], name="task_of_parent"),
            models.Index(  # which tasks are wholes, found once for a count over all
                fields=["project", "parent"],
                name="task_below_another",
                condition=Q(parent__isnull=False) & ~Q(state="cancelled"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "rank"], name="one_task_at_a_place"),
            models.CheckConstraint(
                name="task_ends_after_it_begins",
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="task_top_has_level_nought",
                condition=Q(parent__isnull=True, root__isnull=True, level=0)
                | Q(parent__isnull=False, root__isnull=False, level__gt=0),
            ),
            models.CheckConstraint(name="task_target_positive", condition=Q(target__isnull=True) | Q(target__gt=0)),
            models.CheckConstraint(name="task_done_never_negative", condition=Q(done__gte=0)),
            models.CheckConstraint(
                name="task_done_iff_finished",
                condition=Q(state="done", finished_at__isnull=False) | (~Q(state="done") & Q(finished_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.uid])

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.DONE, self.State.CANCELLED)

    @property
    def is_delayed(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < self.project.today

    @property
    def is_slipped(self) -> bool:
        """Whether its day was moved by a short slip that no amendment has written down yet."""
        clause = self.clause
        return clause is not None and None not in (clause.due_on, self.due_on) and self.due_on > clause.due_on  # type: ignore[operator]

    @property
    def promise(self) -> Clause | None:
        """The clause behind this task: its own, or that of the top of its tree."""
        return self.root.clause if self.root is not None else self.clause

    @property
    def tree(self) -> int:
        """The key of the top of this task's tree: trees are figured as wholes."""
        return self.root_id or self.pk

    @property
    def receiver_id(self) -> int | None:
        """The department that accepts what this delivers; none where it stays in its own (rule E3)."""
        return self.handed_to_id if self.handed_to_id != self.department_id else None

    @property
    def shown_unit(self) -> str:
        return self.unit if self.target is not None else "%"


class TaskDependency(Row):
    """`task` begins when `needs` is done."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Task, models.CASCADE, related_name="dependents")
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "needs"], name="task_needs_once"),
            models.CheckConstraint(name="task_never_needs_itself", condition=~Q(task=F("needs"))),
        ]

    def __str__(self) -> str:
        return f"{self.task} ← {self.needs}"


class Report(Row):
    """One progress report: the new total, as said by whom and when. Append-only (rule E2)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done = models.DecimalField(max_digits=14, decimal_places=2)
    before = models.DecimalField(max_digits=14, decimal_places=2)
    note = models.TextField(_("note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)  # why less than before, or more than the target
    task_version = models.PositiveIntegerField()  # the version this report made
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["task", "task_version"], name="one_report_per_version")]
        indexes = [models.Index(fields=["task", "-at"], name="report_of_task")]

    def __str__(self) -> str:
        return f"{self.task}: {self.done}"

    @property
    def change(self) -> Decimal:
        """How much more (or less) than before."""
        return self.done - self.before


class TaskFigures(models.Model):
    """Derived, in hundredths of a percent: planned on the evening of `day`, actual now (rolled up). No history, no version."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="figures")
    day = models.DateField()
    planned = models.IntegerField()
    actual = models.IntegerField()
    deviation = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.planned} {self.actual} {self.deviation}"


class Baseline(models.Model):
    """The plan of a task as a signed document promised it (原计划)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="baselines")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField()
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    unit = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "document"], name="one_baseline_per_document")]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.due_on}"
