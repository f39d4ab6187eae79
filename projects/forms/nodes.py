"""The form of a node: its window, output, standard, predecessors, and its inputs as rows."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField, chooser
from projects.forms.rows import VAGUE, RowForm
from projects.models import Node, Project

OUTSIDE = "outside"


class NodeForm(RowForm):
    """A node; the delivery standard has one point per line."""

    points = forms.CharField(
        label=_("Delivery standard"),
        help_text=_("One point per line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **VAGUE}),
    )
    needs = forms.ModelMultipleChoiceField(
        label=_("Comes after"), queryset=Node.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    spans = {"name": 4, "department": 4, "is_key": 4, "starts_on": 3, "due_on": 3, "output": 6, "points": 6, "needs": 6}

    written_as = {"standard": "points"}

    class Meta:
        model = Node
        fields = ["name", "department", "is_key", "starts_on", "due_on", "output", "points", "needs"]
        field_classes = {"starts_on": DayField, "due_on": DayField}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        others = self.project.nodes.exclude(pk=self.instance.pk) if self.instance.pk else self.project.nodes.all()
        chooser(self, "needs").queryset = others
        if self.instance.pk:
            self.initial["needs"] = list(self.instance.dependencies.values_list("needs", flat=True))
            self.initial["points"] = "\n".join(self.instance.standard)

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "needs"}  # type: ignore[misc]  # the stubs leave it out

    def service_fields(self) -> dict[str, Any]:
        fields = super().service_fields()
        points = fields.pop("points").splitlines()
        return fields | {"standard": [point.strip() for point in points if point.strip()], "needs": list(fields["needs"])}


class InputForm(forms.Form):
    """One input: its wording is free; it names the nodes it comes from, or the outside."""

    text = forms.CharField(label=_("Input"), max_length=120, required=False)
    sources = forms.MultipleChoiceField(label=_("Comes from"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.MultipleChoiceField, self.fields["sources"]).choices = choices


InputSet = forms.formset_factory(InputForm, extra=2, max_num=20, absolute_max=30)


def input_rows(project: Project, node: Node | None, data: Any = None) -> forms.BaseFormSet:
    """The rows of inputs of a node, with two empty ones to fill."""
    nodes = project.nodes.exclude(pk=node.pk) if node else project.nodes.all()
    choices = [(OUTSIDE, _("outside")), *((str(row.uid), row.name) for row in nodes)]
    initial = []
    if node is not None:
        for said in node.inputs.prefetch_related("sources"):
            sources = [str(row.uid) for row in said.sources.all()]
            initial.append({"text": said.text, "sources": [*sources, OUTSIDE] if said.external else sources})
    return InputSet(data, initial=initial, prefix="inputs", form_kwargs={"choices": choices})


def said_inputs(rows: forms.BaseFormSet, project: Project) -> list[dict[str, Any]]:
    """The inputs as the service takes them; an emptied row is dropped."""
    by_uid = {str(row.uid): row for row in project.nodes.all()}
    return [
        {
            "text": row["text"].strip(),
            "external": OUTSIDE in row["sources"],
            "sources": [by_uid[uid] for uid in row["sources"] if uid != OUTSIDE],
        }
        for row in rows.cleaned_data
        if row.get("text", "").strip()
    ]
