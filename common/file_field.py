"""A form field for several files, each looked at by itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from common.uploads import AT_ONCE, Checked, check_all


class FilesInput(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned it gives checked uploads. An error names its file, and holds up the form until it is left out."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        uploads: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not uploads:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > AT_ONCE:
            raise forms.ValidationError(_("At most %d files at once.") % AT_ONCE, code="too_many")
        good, wrong = check_all(uploads)
        if wrong:
            raise forms.ValidationError([f"{one.name}: {one.why}" for one in wrong])
        return good
