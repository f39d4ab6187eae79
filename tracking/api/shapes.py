"""The shapes of what the API of tasks and risks reads and writes. What is read has no rules here: the services have them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from common.api.bodies import Body, Flag, Quantity, Scoped, Text, Words
from common.api.shapes import Named, page_shape
from people.models import Department
from tracking.models import Risk, Task


def _departments(context: dict[str, Any]) -> QuerySet[Any]:
    return Department.objects.filter(parties__project=context["project"]())


def _nodes(context: dict[str, Any]) -> QuerySet[Any]:
    return context["project"]().nodes.all()


def _tasks(context: dict[str, Any]) -> QuerySet[Any]:
    return Task.objects.filter(project=context["project"]())


class ReportBody(Body):
    """The new total: a quantity where the task has a target, else a percentage."""

    done = Quantity()
    note = Text(help_text="What there is to say about it.")
    confirm = Flag(default=False, help_text="Yes, it is more than the target.")
    reason = Text(help_text="Why it is less than before.")


class MoveBody(Body):
    """Where to: another status, department or node, a place in the order, or several at once."""

    to = serializers.ChoiceField(["not_started", "in_progress", "awaiting_acceptance", "done"], required=False)
    department = Scoped(_departments, required=False)
    node = Scoped(_nodes, required=False, allow_null=True, help_text="null: no node")
    before = Scoped(_tasks, required=False, help_text="The task before which it shall stand.")
    after = Scoped(_tasks, required=False, help_text="The task behind which it shall stand.")
    edge = serializers.ChoiceField(["start", "end"], required=False, help_text="The start or end of the order.")
    reason = Text(help_text="Why, when it goes backwards.")
    done = Quantity(required=False, help_text="The total then.")


class SubmitBody(Body):
    """What goes with the deliverable."""

    note = Text()


class AcceptBody(Body):
    """Nothing but the version that was seen."""


class ReturnBody(Body):
    """Why the deliverable goes back."""

    reason = Words()


class CommentBody(Body):
    """What there is to say."""

    text = Words()


class ClauseNumber(serializers.Serializer):
    """A clause of the memorandum."""

    uid = serializers.UUIDField()
    number = serializers.CharField()


class PromiseShape(serializers.Serializer):
    """The promise behind a task: its own clause, or that of the top of its tree."""

    clause = serializers.UUIDField()
    number = serializers.CharField(help_text="of the clause, such as 2.4")
    memorandum = serializers.CharField(help_text="its number")
    edition = serializers.IntegerField(help_text="the version of the memorandum that is in force")
    url = serializers.CharField(help_text="where the clause stands in the memorandum, without the host")


class TaskShape(serializers.Serializer):
    """A task. Percentages are of the last evening; `version` is what If-Match wants."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    project = serializers.UUIDField()
    parent = serializers.UUIDField(allow_null=True)
    level = serializers.IntegerField(help_text="0 at the top of its tree")
    rank = serializers.CharField(help_text="sorts siblings and cards: the one shared order")
    title = serializers.CharField()
    department = Named()
    assignee = Named(allow_null=True)
    handed_to = Named(allow_null=True, help_text="the department that accepts the deliverable")
    node = Named(allow_null=True)
    clause = ClauseNumber(allow_null=True)
    promise = PromiseShape(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    delayed = serializers.BooleanField()
    deliverable = serializers.CharField(allow_blank=True)
    standard = serializers.CharField(allow_blank=True)
    weight = serializers.IntegerField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    done = serializers.FloatField(help_text="a quantity where there is a target, else a percentage")
    state = serializers.ChoiceField(Task.State.choices)
    planned = serializers.FloatField(allow_null=True)
    actual = serializers.FloatField(allow_null=True)
    deviation = serializers.FloatField(allow_null=True, help_text="planned minus actual, in percentage points")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ReportShape(serializers.Serializer):
    """A progress report."""

    uid = serializers.UUIDField()
    task = serializers.UUIDField()
    reporter = Named()
    done = serializers.FloatField()
    before = serializers.FloatField()
    note = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    task_version = serializers.IntegerField()
    at = serializers.DateTimeField()


class ReportedShape(serializers.Serializer):
    """The report that was appended, and the task as it stands after it."""

    report = ReportShape()
    task = TaskShape()


class RiskShape(serializers.Serializer):
    """A risk of the register."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    project = serializers.UUIDField()
    task = serializers.UUIDField(allow_null=True)
    promise = PromiseShape(allow_null=True)
    source = serializers.ChoiceField(Risk.Source.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(Risk.State.choices)
    cause = serializers.CharField(allow_blank=True)
    cause_text = serializers.CharField(allow_blank=True)
    measure = serializers.CharField(allow_blank=True)
    owner = Named(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    probability = serializers.IntegerField(allow_null=True)
    impact = serializers.IntegerField(allow_null=True)
    is_major = serializers.BooleanField()
    is_stale = serializers.BooleanField()
    day = serializers.DateField(allow_null=True)
    planned = serializers.FloatField(allow_null=True)
    actual = serializers.FloatField(allow_null=True)
    deviation = serializers.FloatField(allow_null=True)
    spells = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    recovered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class CommentShape(serializers.Serializer):
    """What somebody said."""

    uid = serializers.UUIDField()
    author = Named()
    text = serializers.CharField()
    at = serializers.DateTimeField()


TaskPage = page_shape(TaskShape)
ReportPage = page_shape(ReportShape)
RiskPage = page_shape(RiskShape)
CommentPage = page_shape(CommentShape)
