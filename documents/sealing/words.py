"""What was found of a file, in words for people."""

from django.utils.translation import gettext_lazy as _

from documents.sealing.findings import Reason

REASONS = {
    Reason.VALID: _("The seal is genuine; nothing has been changed or added since."),
    Reason.NOT_PDF: _("This is not a PDF file."),
    Reason.TRUNCATED: _("The file is cut off: its end is missing."),
    Reason.UNSEALED: _("The file carries no seal."),
    Reason.ALTERED: _("The file was changed after it was sealed."),
    Reason.APPENDED: _("Something was added to the file after it was sealed."),
    Reason.FOREIGN: _("The file carries a seal, but not one of this organisation."),
    Reason.UNTIMELY: _("The file was sealed at a time at which the certificate was not valid."),
}
