"""Live pages without a stream: the same events and rights by asking once a second, and who else is here."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock, ports
from people.models import User
from projects.models import Participant, Project
from projects.queries.readers import who_sees
from tests import build
from tests.activity.conftest import NOON, VERB, Tell
from tests.activity.live_build import poll
from tests.documents import build as papers

People = dict[str, User]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_what_others_do_is_told_by_public_ids_alone(project: Project, people: People, tell: Tell) -> None:
    desk = browser(people["周以宁"])
    start = poll(desk, project.uid)
    assert start["events"] == []
    event = tell("周以宁", what="机密目标")
    said = poll(desk, project.uid, since=start["cursor"])
    (told,) = said["events"]
    assert told["id"] == str(event.uid)
    assert told["subject"] == f"projects.project:{project.uid}"
    assert told["subjects"] == [told["subject"]]
    assert (told["project"], told["actor"], told["verb"]) == (str(project.uid), str(people["林书瑶"].uid), VERB)
    assert told["by"] == "林书瑶"
    assert "机密目标" not in str(said)
    assert poll(desk, project.uid, since=said["cursor"])["events"] == []


def test_a_project_that_one_may_not_see_does_not_exist(project: Project, people: People, tell: Tell) -> None:
    desk = browser(people["许知夏"])
    assert desk.get("/live/poll/", {"project": project.uid}).status_code == 404
    assert desk.get("/live/poll/", {"project": uuid4()}).status_code == 404
    assert desk.get("/live/poll/", {"project": "x"}).status_code == 404
    assert desk.get("/live/poll/").status_code == 404


def test_of_several_projects_only_those_are_told_that_exist_for_one(project: Project, people: People, tell: Tell) -> None:
    open_one = build.started(people)
    desk = browser(people["米小禾"])  # of 市场部, not named in the confidential one
    start = poll(desk, open_one.uid, project.uid)
    assert start["projects"] == [str(open_one.uid)]
    tell("周以宁")
    assert poll(desk, open_one.uid, project.uid, since=start["cursor"])["events"] == []


def test_a_right_that_was_withdrawn_ends_it(project: Project, people: People, tell: Tell) -> None:
    desk = browser(people["周以宁"])
    start = poll(desk, project.uid)
    Participant.objects.filter(project=project, user=people["周以宁"]).delete()
    tell("林书瑶")
    assert desk.get("/live/poll/", {"project": project.uid, "since": start["cursor"]}).status_code == 404


def test_a_cursor_of_nobody_has_the_page_read_anew(project: Project, people: People) -> None:
    assert poll(browser(people["周以宁"]), project.uid, since="nonsense")["behind"] == [str(project.uid)]


def test_where_no_stream_is_the_browser_is_told_to_ask(people: People) -> None:
    answer = browser(people["周以宁"]).get("/live/", {"project": uuid4()})
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_has_a_narrower_door_is_told_to_those_alone_who_pass_it(project: Project, people: People, tell: Tell) -> None:
    narrow = "projects.project"
    ports.as_the_project.discard(narrow)
    old, ports.doors[narrow] = ports.doors[narrow], lambda user, _row: user.name == "周以宁"
    try:
        start = poll(browser(people["周以宁"]), project.uid)["cursor"]
        tell("周以宁")
        assert len(poll(browser(people["周以宁"]), project.uid, since=start)["events"]) == 1
        assert poll(browser(people["林书瑶"]), project.uid, since=start)["events"] == []
    finally:
        ports.doors[narrow] = old
        ports.as_the_project.add(narrow)


def test_who_else_is_here_and_is_gone_after_a_while(project: Project, people: People) -> None:
    with clock.at(NOON):
        poll(browser(people["林书瑶"]), project.uid, here=True)
        (here,) = poll(browser(people["周以宁"]), project.uid, here=True)["here"]
        assert here["project"] == str(project.uid)
        assert [one["name"] for one in here["people"]] == ["林书瑶", "周以宁"]
        assert here["people"][0]["uid"] == str(people["林书瑶"].uid)
    with clock.at(NOON + timedelta(seconds=41)):
        (here,) = poll(browser(people["周以宁"]), project.uid, here=True)["here"]
        assert [one["name"] for one in here["people"]] == ["周以宁"]


def test_who_may_no_longer_see_it_is_not_shown(project: Project, people: People) -> None:
    with clock.at(NOON):
        poll(browser(people["周以宁"]), project.uid, here=True)
        Participant.objects.filter(project=project, user=people["周以宁"]).delete()
        (here,) = poll(browser(people["林书瑶"]), project.uid, here=True)["here"]
        assert [one["name"] for one in here["people"]] == ["林书瑶"]


def test_asking_is_cheap_and_writes_nothing_between_signs_of_life(project: Project, people: People, tell: Tell) -> None:
    """Four queries a second, nine every fifth; as many more for one event as for twenty."""
    desk = browser(people["周以宁"])
    cursor = poll(desk, project.uid, here=True)["cursor"]

    def asked(**said: Any) -> list[str]:
        with CaptureQueriesContext(connection) as context:
            poll(desk, project.uid, since=cursor, **said)
        return [query["sql"] for query in context.captured_queries]

    quiet, looking = asked(), asked(here=True)
    assert (len(quiet), len(looking)) == (4, 9)
    assert not any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in [*quiet, *looking])
    counts = []
    for number in (1, 20):
        for _ in range(number):
            tell("周以宁")
        counts.append(len(asked()))
    assert counts[0] == counts[1] <= 12


def test_who_sees_is_the_rule_of_the_door_the_other_way_round(people: People) -> None:
    """Every person × projects of every kind."""
    with papers.at(hours=-24):
        projects = [build.draft(people), build.prepared(people)]
    hidden = build.started(people)
    hidden.confidential = True
    hidden.save(update_fields=["confidential"])
    Participant.objects.create(project=hidden, user=people["单𠮷安"], kind=Participant.Kind.VIEWER)
    projects.append(hidden)
    found = who_sees([row.pk for row in projects], [user.pk for user in people.values()])
    for project in projects:
        expected = {user.pk for user in people.values() if Project.objects.visible_to(user).filter(pk=project.pk).exists()}
        assert found[project.pk] == expected, project.name


def test_a_disabled_person_sees_nothing(project: Project, people: People) -> None:
    people["周以宁"].is_active = False
    people["周以宁"].save(update_fields=["is_active"])
    assert people["周以宁"].pk not in who_sees([project.pk], [people["周以宁"].pk])[project.pk]
