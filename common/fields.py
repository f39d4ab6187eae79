"""Form fields that read what people type (days), and what forms do with their fields."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from common import clock
from common.dates import NoSuchDay, read_day


class DayInput(forms.DateInput):
    """The browser's date picker; what it could not show (a day that does not exist) stays as typed, as text."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown:
            try:
                date.fromisoformat(shown)
            except ValueError:
                context["widget"]["type"] = "text"
        return context


class DayField(forms.DateField):
    """A day, picked or typed as people say it (6月30日, 30 June); `near` decides the year of a day without one."""

    widget = DayInput

    def __init__(self, *, near: date | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.near = near

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return read_day(str(value), self.near or clock.now().date())
        except NoSuchDay as error:
            raise forms.ValidationError(str(error), code="no_such_day") from error


def chooser(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    """The field of a form by which rows are chosen, so that its choices can be narrowed."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{type(form).__name__}.{name} does not choose rows")
    return field


def retype(form: forms.BaseForm, said: Mapping[str, object]) -> None:
    """What was typed stays in the form, but for these values."""
    words = {form.add_prefix(name): str(value) for name, value in said.items()}
    if not isinstance(form.data, QueryDict):
        form.data = {**form.data, **words}
        return
    data = form.data.copy()
    for name, word in words.items():
        data[name] = word
    form.data = data
