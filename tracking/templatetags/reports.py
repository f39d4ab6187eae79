"""The report component, wherever a task stands."""

from django import template

from tracking.forms import ReportForm
from tracking.models import Task

register = template.Library()


@register.simple_tag
def report_form(task: Task) -> ReportForm:
    """A fresh form for the new total of a task."""
    return ReportForm(task)
