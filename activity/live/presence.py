"""Who else has a project's page open; gone a little while after the last sign of life."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from activity.models import Presence
from common import clock, ports
from people.models import User

ALIVE = timedelta(seconds=40)
SHOWN = 8  # of a crowd, the number tells more than the names
AGAIN = timedelta(seconds=15)  # a sign of life is written this often

Pair = tuple[int, int]  # user, project


def note(pairs: Iterable[Pair]) -> None:
    """These people have these projects open now."""
    now = clock.now()
    rows = [Presence(user_id=user, project_id=project, seen_at=now) for user, project in sorted(set(pairs))]
    if rows:
        Presence.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "project_id"], update_fields=["seen_at"])


def leave(pairs: Iterable[Pair]) -> None:
    """These people have closed their last page of these projects."""
    for user, project in sorted(set(pairs)):
        Presence.objects.filter(user=user, project_id=project).delete()


def here(projects: Collection[int]) -> Mapping[int, list[User]]:
    """Who has each project open and may see it, by name; the user carries `.seen_at`."""
    rows = Presence.objects.filter(project_id__in=projects, seen_at__gt=clock.now() - ALIVE)
    signs = list(rows.select_related("user__department").order_by("user__sort_key", "user_id"))
    if not signs:
        return {}
    seeing = ports.projects().who_sees({sign.project_id for sign in signs}, {sign.user_id for sign in signs})
    found: dict[int, list[User]] = defaultdict(list)
    for sign in signs:
        if sign.user_id in seeing.get(sign.project_id, ()):
            sign.user.seen_at = sign.seen_at  # type: ignore[attr-defined]
            found[sign.project_id].append(sign.user)
    return found


def as_said(users: list[User]) -> dict[str, object]:
    """The people as pages are told of them: how many, and of the first what a person chip shows."""
    shown = [
        {"uid": str(user.uid), "name": user.name, "department": str(user.department or ""), "title": user.title}
        for user in users[:SHOWN]
    ]
    return {"count": len(users), "people": shown}


def is_due(user: User | None) -> bool:
    """Whether it is time for another sign of life."""
    return user is None or user.seen_at < clock.now() - AGAIN  # type: ignore[attr-defined]
