"""Files on rows of any app: kept under random names, listed, taken away and brought back (rule H5)."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.paginator import Page
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from activity.models import Attachment, Event
from common import clock, ports
from common.acts import act
from common.doorbell import ring
from common.pages import page_of
from common.refusals import Refused
from common.uploads import AT_ONCE, Checked
from people.models import User

log = logging.getLogger(__name__)
Key = tuple[str, int]  # of a row: its model's label, its primary key
UNDO = timedelta(minutes=10)
TOGETHER = timedelta(minutes=5)


def label_of(subject: models.Model) -> str:
    """The label by which sockets know a row's model: tracking.task."""
    return subject._meta.label_lower


def put(upload: Checked) -> Checked:
    """Lay the bytes of a checked upload into the storage, under a name that says nothing."""
    if not upload.stored_as:
        name = uuid4().hex
        upload.file.seek(0)
        try:
            upload.stored_as = default_storage.save(f"uploads/{name[:2]}/{name}", File(upload.file, name=name))
        except OSError as error:
            log.exception("a file cannot be kept")
            raise Refused(
                _("The storage for files cannot be written to just now; please try again later."), field="files"
            ) from error
    return upload


@contextmanager
def stored(uploads: Sequence[Checked]) -> Iterator[Sequence[Checked]]:
    """The bytes lie in the storage before an act takes its locks; an act that fails or keeps none leaves none behind."""
    try:
        for upload in uploads:
            put(upload)
        yield uploads
    except BaseException:
        for upload in uploads:
            upload.is_kept = False  # what named it was taken back
        raise
    finally:
        for upload in uploads:
            _drop(upload)


def _drop(upload: Checked) -> None:
    if upload.stored_as and not upload.is_kept:
        try:
            default_storage.delete(upload.stored_as)
        except Exception:
            log.exception("could not take back %s", upload.stored_as)
        upload.stored_as = ""


def keep(*, actor: User, subject: models.Model, project: Any, uploads: Iterable[Checked]) -> list[Attachment]:
    """Keep checked uploads on a row, inside the caller's act and without an event of their own."""
    uploads = list(uploads)
    if len(uploads) > AT_ONCE:
        raise Refused(_("At most %d files at once.") % AT_ONCE, field="files")
    if not uploads:
        return []
    now, kind = clock.now(), ContentType.objects.get_for_model(subject)
    rows = [
        Attachment(
            project_id=project.pk,
            content_type=kind,
            object_id=subject.pk,
            uploader=actor,
            name=upload.name,
            kind=upload.kind,
            size=upload.size,
            sha256=upload.sha256,
            stored_as=put(upload).stored_as,
            at=now,
        )
        for upload in uploads
    ]
    rows = bulk_create_with_history(rows, Attachment, default_user=actor, default_date=now)
    for upload in uploads:
        upload.is_kept = True
    for row in rows:
        if row.is_shown:
            ring("activity.jobs.draw_previews", row.pk)
    return rows


@act
def attach(*, actor: User, subject: models.Model, project: Any, uploads: Iterable[Checked]) -> list[Attachment]:
    """Attach checked uploads to a row; whoever follows the row is told."""
    socket = ports.talk_of(label_of(subject))
    socket.check(subject, actor, "attach")
    rows = keep(actor=actor, subject=subject, project=project, uploads=uploads)
    if not rows:
        raise Refused(_("No file was chosen."), field="files")
    facts = {"files": [row.name for row in rows], "uids": [str(row.uid) for row in rows]}
    tell = [] if _told_lately(actor, subject) else socket.told(subject)
    ports.record(actor=actor, verb="file.attached", subject=subject, project=project, facts=facts, tell=tell)
    return rows


def _told_lately(actor: User, subject: models.Model) -> bool:
    """Ten files sent one after the other are one piece of news."""
    kind, since = ContentType.objects.get_for_model(subject), clock.now() - TOGETHER
    rows = Event.objects.filter(content_type=kind, object_id=subject.pk, verb="file.attached", actor=actor, at__gt=since)
    return rows.exists()


def files_of(subjects: Iterable[models.Model]) -> dict[Key, list[Attachment]]:
    """The files on these rows, oldest first, by row; one query."""
    wanted = Q()
    keys: dict[tuple[int, int], Key] = {}
    for subject in subjects:
        kind = ContentType.objects.get_for_model(subject)
        keys[(kind.pk, subject.pk)] = (label_of(subject), subject.pk)
    for kind_id in {kind_id for kind_id, _pk in keys}:
        wanted |= Q(content_type=kind_id, object_id__in=[pk for known, pk in keys if known == kind_id])
    found: dict[Key, list[Attachment]] = {key: [] for key in keys.values()}
    if not keys:
        return found
    rows = Attachment.objects.filter(wanted, removed_at__isnull=True).select_related("uploader__department").order_by("id")
    for row in rows:
        found[keys[(row.content_type_id, row.object_id)]].append(row)
    return found


def page_of_files(row: models.Model, page: Any = 1, per: int = 20) -> Page[Attachment]:
    """The files of a row and of what belongs to it (a task's reports), the newest first."""
    kind = ContentType.objects.get_for_model(row)
    wanted = Q(content_type=kind, object_id=row.pk)
    for part in ports.talk_of(label_of(row)).parts(row):
        wanted |= Q(content_type=ContentType.objects.get_for_model(part.model), object_id__in=part.values("pk"))
    rows = Attachment.objects.filter(wanted, removed_at__isnull=True).select_related("uploader__department").order_by("-id")
    return page_of(rows, page, per)


def file_for(user: User, uid: UUID, *, removed: bool = False, lock: bool = False) -> Attachment:
    """The one door to a file: that of the row it hangs on, asked anew each time; 404 for what is not (or no longer) there."""
    rows = Attachment.objects.select_related("content_type", "uploader__department", "removed_by")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(uid=uid, removed_at__isnull=not removed).first()
    subject: Any = found.subject if found else None
    if found is None or subject is None:
        raise Http404
    found.row = ports.subject_of(label_of(subject), subject.uid, user)
    return found


def just_removed(user: User, row: models.Model, uid: str) -> Attachment | None:
    """A file of this row that the person took away a moment ago, and can bring back."""
    try:
        known = UUID(uid)
    except ValueError:
        return None
    lately = Attachment.objects.filter(uid=known, removed_by=user, removed_at__gt=clock.now() - UNDO).first()
    if lately is None:
        return None
    subject: Any = lately.subject
    return lately if ports.talk_of(label_of(subject)).shown_on(subject) == row else None


def may_remove(user: User, file: Attachment, row: models.Model) -> bool:
    """Whether taking it away is offered: to whoever put it there, while they may attach, and to who may remove others' files."""
    return ports.talk_of(label_of(row)).may(row, user, _removal(user, file))


def _removal(user: User, file: Attachment) -> str:
    return "attach" if file.uploader_id == user.pk else "remove"


def _to_remove(user: User, uid: UUID, *, removed: bool = False) -> Attachment:
    file = file_for(user, uid, removed=removed, lock=True)
    ports.talk_of(label_of(file.row)).check(file.row, user, _removal(user, file))
    return file


@act
def remove(*, actor: User, file_uid: UUID) -> Attachment:
    """Take a file off its row; the row of the file and its bytes stay, the history says who took it away."""
    file = _to_remove(actor, file_uid)
    file.removed_at, file.removed_by = clock.now(), actor
    file.save(update_fields=["removed_at", "removed_by"])
    _record(actor, "file.removed", file)
    return file


@act
def restore(*, actor: User, file_uid: UUID) -> Attachment:
    """Bring back a file that one has just taken away oneself."""
    file = _to_remove(actor, file_uid, removed=True)
    if file.removed_by_id != actor.pk:
        raise PermissionDenied
    if file.removed_at is None or clock.now() - file.removed_at > UNDO:
        raise Refused(_("This was removed too long ago to be taken back; attach the file again."))
    file.removed_at, file.removed_by = None, None
    file.save(update_fields=["removed_at", "removed_by"])
    _record(actor, "file.restored", file)
    return file


def _record(actor: User, verb: str, file: Attachment) -> None:
    project = ports.talk_of(label_of(file.row)).project(file.row)
    facts = {"file": file.name, "uid": str(file.uid)}
    ports.record(actor=actor, verb=verb, subject=file.row, project=project, facts=facts, tell=[file.uploader])
