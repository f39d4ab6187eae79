"""Writes on documents: freeze, sign, object, withdraw, finish."""

from documents.services.finishing import finish_document, print_document
from documents.services.freezing import freeze, withdraw
from documents.services.signing import object_to, sign, sign_replayed, statement_for
from documents.services.slots import pass_on_slots

__all__ = [
    "finish_document",
    "freeze",
    "object_to",
    "pass_on_slots",
    "print_document",
    "sign",
    "sign_replayed",
    "statement_for",
    "withdraw",
]
