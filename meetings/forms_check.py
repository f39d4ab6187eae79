"""What the check page of a distribution asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CheckForm(forms.Form):
    """The fingerprint of a certificate, typed, or the file itself (hashed in the browser where that can be)."""

    typed = forms.CharField(label=_("Fingerprint"), required=False, max_length=200)
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput, error_messages={"invalid": _("The file could not be read.")}
    )

    def clean_typed(self) -> str:
        """Sixty-four signs, however they are grouped."""
        said = "".join(self.cleaned_data["typed"].lower().split()).replace("-", "")
        if said and (len(said) != 64 or set(said) - set("0123456789abcdef")):
            raise forms.ValidationError(_("A fingerprint has 64 signs, 0 to 9 and a to f."))
        return said

    def clean(self) -> dict[str, Any]:
        """One of them."""
        said = super().clean() or {}
        if not self.errors and not any(said.get(name) for name in self.fields):
            raise forms.ValidationError(_("Enter a fingerprint or choose a file."), code="empty")
        return said
