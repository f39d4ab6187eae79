"""Frozen documents, their slots and signatures, their seal."""

from documents.models.documents import Blob, Document
from documents.models.sealing import Sealing, SealKey
from documents.models.signing import Objection, PaperCopy, Signature, Slot

__all__ = ["Blob", "Document", "Objection", "PaperCopy", "SealKey", "Sealing", "Signature", "Slot"]
