"""The permission matrix: documents, their slots and signatures."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import PaperCopy, Signature
from documents.services import hand_in_scan
from tests.documents import build as papers
from tests.house.rows import HEAD, READERS, STEERING, get, post
from tests.house.world import CAST, PICTURE, World


def document(w: World) -> list[Any]:
    return [w.document.uid]


def slot(w: World) -> list[Any]:
    """The place where 研发部 signs."""
    return [w.document.uid, w.document.slots.get(department__name="研发部").uid]


def handed_in(w: World) -> list[Any]:
    """A scan of what 生产部 signed on paper, handed in by the liaison of 市场部."""
    copy = PaperCopy.objects.filter(slot__document=w.document).first()
    if copy is None:
        place = w.document.slots.get(department__name="生产部")
        upload = SimpleUploadedFile("签字页.png", PICTURE)
        copy = hand_in_scan(
            actor=w.people[CAST["IL"]], document_uid=w.document.uid, slot_uid=place.uid, scan=upload, signed_on=None
        )
    return [w.document.uid, copy.uid]


def drawn(w: World) -> list[Any]:
    """A signature with its drawing."""
    signature = Signature.objects.filter(slot__document=w.document, drawing__isnull=False).first()
    if signature is None:
        papers.sign_as(w.people["宋清越"], w.document, drawing=PICTURE)
        signature = Signature.objects.get(slot__document=w.document, drawing__isnull=False)
    return [w.document.uid, signature.uid]


DOCUMENTS = [
    get("document", READERS, document),
    get("document_pdf", READERS, document),
    get("document_proof", "✔✔✔––––––✔∅∅", document),
    get("sign_document", "✔–✔–––––––∅∅", document),
    post("sign_document", "✔–✔–––––––∅∅", document),
    post("object_document", "✔–✔–––––––∅∅", document),
    post("note_document", "✔–✔–––––––∅∅", document),
    post("pass_on_slot", "✔–✔–––––––∅∅", document),
    post("add_signer", STEERING, document),
    post("extend_deadline", HEAD, document),
    post("nudge_slot", "✔✔✔✔✔✔––✔–∅∅", slot),
    post("hand_in_scan", STEERING, slot),
    get("scan", READERS, handed_in),
    post("judge_scan", "✔✔✔✔✔–––––∅∅", handed_in),
    get("drawing", READERS, drawn),
]
