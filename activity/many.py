"""Events of very many rows of one kind, written in one statement by whoever has them in the database."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import Max

from activity.live.waking import wake_streams
from activity.models import Event
from common import clock, ports

ROWS = """
INSERT INTO activity_event (uid, project_id, actor_id, verb, content_type_id, object_id, title, url, facts, at)
SELECT {uid}, %(event_project)s, NULL, %(event_verb)s, %(event_kind)s, said.object_id, said.title,
       {before} || {said_uid} || {after}, said.facts, {at}
FROM ({rows}) said ORDER BY said.first, said.place"""


def uid_sql() -> str:
    """A fresh random uid, as the database keeps them."""
    if connection.vendor == "postgresql":
        return "gen_random_uuid()"
    three = "substr(hex(randomblob(2)), 2)"
    variant = "substr('89AB', 1 + abs(random() %% 4), 1)"
    return f"lower(hex(randomblob(6)) || '4' || {three} || {variant} || {three} || hex(randomblob(6)))"


def uid_words(column: str) -> str:
    """A uid as addresses say it."""
    if connection.vendor == "postgresql":
        return f"CAST({column} AS text)"
    parts = [f"substr({column}, {first}, {length})" for first, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))]
    return " || '-' || ".join(parts)


def record_rows(
    *, verb: str, project: Any, model: type[models.Model], sql: str, values: Mapping[str, Any], url: tuple[str, str]
) -> None:
    """One event of the system's per row of `sql` (object_id, uid, title, facts, first, place); higher apps react to each.

    `url` is what stands before and behind the uid in a row's address. Nobody is told of them one by one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded inside the transaction of its act")
    if verb not in ports.words:
        raise KeyError(verb)
    reactions = ports.reactions.get(verb, [])
    last = (Event.objects.aggregate(last=Max("pk"))["last"] or 0) if reactions else 0
    text, at = ("text", "CAST(%(event_at)s AS timestamptz)") if connection.vendor == "postgresql" else ("text", "%(event_at)s")
    statement = ROWS.format(
        uid=uid_sql(), before=f"CAST(%(event_before)s AS {text})", after=f"CAST(%(event_after)s AS {text})",
        said_uid=uid_words("said.uid"), rows=sql, at=at,
    )  # fmt: skip
    said = {
        "event_project": project.pk,
        "event_verb": verb,
        "event_kind": ContentType.objects.get_for_model(model).pk,
        "event_before": url[0],
        "event_after": url[1],
        "event_at": connection.ops.adapt_datetimefield_value(clock.now()),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **said})
    wake_streams()
    for reaction in reactions:
        for event in Event.objects.filter(pk__gt=last, project_id=project.pk, verb=verb).order_by("pk"):
            reaction(event)
