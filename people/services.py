"""Writes of people: language, departments and their heads, accounts."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from people.leaves import end_leaves_of
from people.models import Department, User
from people.pinyin import sort_key


@act
def set_language(*, actor: User, language: str) -> User:
    """Everybody chooses the language of the pages for themselves."""
    if language not in User.Language.values:
        raise Refused(_("This language is not offered."), field="language")
    user = User.objects.select_for_update().get(pk=actor.pk)
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
        ports.record(actor=actor, verb="people.language_set", subject=user, facts={"language": language})
    return user


@act
def create_department(*, actor: User | None, name: str, parent: Department | None = None) -> Department:
    """A department joins the organisation."""
    if Department.objects.filter(name=name).exists():
        raise Refused(_("There is a department of this name already."), field="name")
    department = Department.objects.create(name=name, parent=parent, sort_key=sort_key(name))
    ports.record(actor=actor, verb="people.department_created", subject=department)
    return department


@act
def create_person(
    *, actor: User | None, username: str, name: str, department: Department, password: str | None = None, **fields: Any
) -> User:
    """A person joins a department; username, mail, phone and staff number each lead to one person only."""
    names = {"username": username} | {key: fields.get(key) for key in ("email", "phone", "staff_no")}
    for key, said in names.items():
        if said and any(User.objects.filter(**{f"{other}__iexact": said}).exists() for other in names):
            raise Refused(_("“%s” is used by somebody else already.") % said, field=key)
    user = User.objects.create_user(username, password, name=name, department=department, sort_key=sort_key(name), **fields)
    ports.record(actor=actor, verb="people.person_created", subject=user, facts={"department": department.name})
    return user


@act
def set_department_head(*, actor: User | None, department_uid: UUID, head: User | None) -> Department:
    """A department gets another head, or none for now; higher floors pass on what the former one had open."""
    rows = Department.objects.select_for_update(no_key=True)  # who signs for it meanwhile does not wait for this
    department = rows.filter(uid=department_uid).first()
    if department is None:
        raise Http404
    if head is not None and not head.is_active:
        raise Refused(_("%s has no active account.") % head.name, field="head")
    former = department.head
    if former == head:
        return department
    department.head = head
    department.save(update_fields=["head"])
    ports.record(
        actor=actor,
        verb="people.head_changed",
        subject=department,
        facts={
            "head": head.name if head else "–",
            "former": former.name if former else "–",
            "head_id": head.pk if head else None,
            "former_id": former.pk if former else None,
        },
        tell=[person for person in (head, former) if person is not None],
    )
    return department


@act
def disable_account(*, actor: User | None, user_uid: UUID) -> User:
    """Nobody is deleted: a disabled account signs in nowhere and its sessions end at the next request."""
    user = User.objects.select_for_update().filter(uid=user_uid).first()
    if user is None:
        raise Http404
    if Department.objects.filter(head=user, is_active=True).exists():
        raise Refused(_("%s heads a department. Name a successor first.") % user.name)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_leaves_of(user, actor=actor)
        ports.record(actor=actor, verb="people.account_disabled", subject=user)
    return user
