"""A certificate on paper: printed once per language when somebody asks for it, kept by its bytes."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from common.doorbell import ring
from common.saying import span_words
from documents import blobs
from documents.models import Blob
from documents.pdf import print_html
from meetings.certificate import chain
from meetings.models import Certificate, CertificatePaper
from meetings.queries_certificate import EXCUSES, OUTCOMES, STATES

MOST = 400  # lines on paper; of more those first that were not accepted in time, and all stand in the file
WORST = (chain.REFUSED, chain.WAITING, chain.EXCUSED, chain.IN_APP)  # in this order


def ask_for_paper(certificate: Certificate, language: str) -> Blob | None:
    """The printed certificate, or None and the doorbell for a worker to print it."""
    paper = certificate.papers.filter(language=language).select_related("blob").first()
    if paper is not None:
        return paper.blob
    ring("meetings.jobs.print_certificate", certificate.pk, language)
    return None


def print_certificate(pk: int, language: str) -> None:
    """Print what is missing; the first print stays."""
    certificate = Certificate.objects.select_related("minutes__meeting__project").get(pk=pk)
    if certificate.papers.filter(language=language).exists():
        return
    with translation.override(language):
        content = print_html(paper_html(certificate))
    with transaction.atomic():
        blob = blobs.keep(content, "application/pdf")
        CertificatePaper.objects.get_or_create(certificate=certificate, language=language, defaults={"blob": blob})


def paper_html(certificate: Certificate) -> str:
    """The whole page for printing, in the language that is spoken now."""
    said = certificate.content["certificate"]
    header, zone = said["header"], ZoneInfo(said["header"]["project"]["zone"])
    entries = [_shown(row, zone, header["deadline"]["due_at"]) for row in said["entries"]]
    short = len(entries) > MOST
    check = f"{settings.BASE_URL}{reverse('check_distribution', args=[certificate.minutes.check_code])}"
    late = header["deadline"]["late_seconds"]
    context: dict[str, Any] = {
        "certificate": certificate,
        "header": header,
        "head": said["head"],
        "signed": certificate.content["signature"] is not None,
        "entries": _worst(entries) if short else entries,
        "short": short,
        "all": len(entries),
        "late_by": span_words(timedelta(seconds=late)) if late else "",
        "held_up": [{name: _moment(at, zone) for name, at in stretch.items()} for stretch in header.get("held_up", [])],
        "due": _moment(header["deadline"]["due_at"], zone),
        "reached": _moment(header["deadline"]["reached_at"], zone),
        "ended": _moment(header["meeting"]["ended_at"], zone),
        "distributed": _moment(header["minutes"]["distributed_at"], zone),
        "issued": _moment(header["issued_at"], zone),
        "address": check,
        "language": translation.get_language(),
    }
    return render_to_string("meetings/pdf/certificate.html", context)


def _worst(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a long list what matters: to whom it did not go by mail, then to whom late; as many as paper holds."""
    order = {state: place for place, state in enumerate(WORST)}
    found = [row for row in entries if row["state"] in order or row["is_late"]]
    found.sort(key=lambda row: (order.get(row["state"], len(order)), row["number"]))
    return found[:MOST]


def _shown(row: dict[str, Any], zone: ZoneInfo, due: str | None) -> dict[str, Any]:
    """An entry in words."""
    said = row["said"]
    return {
        "number": row["number"],
        "person": said["person"],
        "state": said["state"],
        "words": EXCUSES[said["excuse"]] if said["excuse"] else STATES[said["state"]][0],
        "at": _moment(said["reached_at"], zone),
        "opened": _moment(said["opened_at"], zone),
        "is_late": bool(due and said["reached_at"] and said["reached_at"] > due),
        "mail": next((_mail(one) for one in said["channels"] if one["channel"] == "mail"), None),
    }


def _mail(said: dict[str, Any]) -> dict[str, Any]:
    tries = [{**one, "words": OUTCOMES.get(one["outcome"], one["outcome"])} for one in said["attempts"]]
    return {"address": said["address"], "reply": said["reply"], "attempts": tries}


def _moment(said: str | None, zone: ZoneInfo) -> dict[str, str] | None:
    """A moment in the project's time and in UTC."""
    if said is None:
        return None
    moment = datetime.fromisoformat(said)
    return {"local": f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}", "utc": f"{moment:%Y-%m-%d %H:%M:%S}"}
