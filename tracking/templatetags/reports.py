"""The report component, wherever a task stands."""

from datetime import datetime
from typing import Any

from django import template

from common import saying
from tracking.forms import ReportForm
from tracking.models import Task
from tracking.queries.reviews import ReviewLine, review_line

register = template.Library()


@register.simple_tag
def report_form(task: Task) -> ReportForm:
    """A fresh form for the new total of a task."""
    return ReportForm(task)


@register.simple_tag(takes_context=True)
def review_of(context: dict[str, Any], task: Task) -> ReviewLine:
    """Where the acceptance of a task stands for whoever reads the page."""
    return review_line(task, context["request"].user)


@register.filter
def heard_on(moment: datetime) -> str:
    """The day of a report as people say it; its hour stands on hover."""
    return saying.day_words(saying.here(moment).date())
