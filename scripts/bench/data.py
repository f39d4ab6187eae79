"""The data of a run: 50 people, one project with so many tasks, sessions and tokens to ask as them; facts as JSON on stdout."""

import argparse
import json

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from people.models import User
from people.tokens import make_token
from projects.models import Project
from tests.big import big_project
from tracking.models import Task

WRITERS = 8


def session_of(user: User) -> str:
    """The cookie with which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def leaves_of(project: Project, number: int) -> list[dict[str, object]]:
    """Tasks to report on, each in a tree of its own; then parts of one and the same whole."""
    leaves = Task.objects.filter(project=project, children=None).exclude(state__in=[Task.State.DONE, Task.State.CANCELLED])
    apart: dict[int, Task] = {}
    for task in leaves.filter(parent__isnull=False).order_by("pk"):
        apart.setdefault(task.tree, task)
        if len(apart) == number:
            break
    together = list(leaves.filter(parent=next(iter(apart.values())).parent)[:number])
    return [
        {"uid": str(task.uid), "pk": task.pk, "apart": place < len(apart)}
        for place, task in enumerate([*apart.values(), *together])
    ]


def main() -> None:
    """Fill the database named by DATABASE_URL."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--tasks", type=int, required=True)
    made = big_project(wanted.parse_args().tasks, people=50)
    project, lead = made.project, made.liaison
    _row, token = make_token(actor=lead, user_uid=lead.uid, name="bench", days=2)
    facts = {
        "project": str(project.uid), "project_pk": project.pk, "leaves": leaves_of(project, WRITERS),
        "session": session_of(lead), "token": token, "user": lead.username,
    }  # fmt: skip
    print(json.dumps(facts))
