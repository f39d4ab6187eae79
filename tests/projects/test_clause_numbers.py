"""Numbers: of clauses while nothing is out and after, and of memoranda by the organisation's rule (rule C5)."""

from datetime import date

import pytest

from common.refusals import Refused
from documents.services import object_to
from people.models import Organisation
from projects.models import Memorandum, Project
from projects.services.clauses import remove_clause, save_clause
from projects.services.memorandum import draft_memorandum, edit_memorandum
from projects.services.numbering import next_number
from projects.services.signing import open_for_signature
from tests import build as launch
from tests.documents import build
from tests.documents.build import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def numbers(memorandum: Memorandum) -> list[str]:
    return sorted(memorandum.clauses.values_list("number", flat=True))


def returned(people: People) -> tuple[Project, Memorandum]:
    """It has been out once, with 2.1 to 2.6, and came back."""
    document = build.opened(people)
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
    project = Project.objects.get(pk=document.project_id)
    return project, project.memoranda.get()


def add(people: People, project: Project, department: str = "市场部", text: str = "审核UI设计") -> str:
    clause = save_clause(
        actor=people["周以宁"], project_uid=project.uid, department=launch.departments()[department], text=text,
        deliverable="审核意见", due_on=date(2026, 6, 24), handed_to=launch.departments()["研发部"],
    )  # fmt: skip
    return clause.number


def test_once_it_has_been_out_a_new_clause_takes_the_next_free_number(people: People) -> None:
    project, memorandum = returned(people)
    assert add(people, project) == "2.7"
    assert numbers(memorandum) == ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]
    clause = memorandum.clauses.get(number="2.3")
    save_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid, department=launch.departments()["销售部"])
    assert memorandum.clauses.get(pk=clause.pk).number == "2.3"


def test_a_removed_one_leaves_its_gap_and_its_number_is_not_used_again(people: People) -> None:
    project, memorandum = returned(people)
    for number in ("2.2", "2.6"):
        remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=memorandum.clauses.get(number=number).uid)
    assert numbers(memorandum) == ["2.1", "2.3", "2.4", "2.5"]
    assert add(people, project) == "2.7"
    remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=memorandum.clauses.get(number="2.7").uid)
    assert add(people, project, text="再审一次") == "2.8"
    second = open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
    assert [row["number"] for row in second.snapshot["clauses"]] == ["2.1", "2.8", "2.3", "2.4", "2.5"]


def rule(text: str) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"number_rule": text})


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("{dept}协〔{year}〕{n}号", "市协〔2026〕1号", "市协〔2026〕2号"),
        ("MOU-{n}", "MOU-1", "MOU-2"),
        ("{year}.{n}/{dept}", "2026.1/市", "2026.2/市"),
    ],
)
def test_the_number_follows_the_organisations_rule(people: People, said: str, first: str, second: str) -> None:
    project = build.kickoff(people)
    rule(said)
    assert draft_memorandum(actor=people["林书瑶"], project_uid=project.uid).number == first
    assert next_number(project) == second


def test_a_number_with_the_projects_code(people: People) -> None:
    project = build.kickoff(people)
    rule("{project}-备{n}")
    assert next_number(project) == f"{project.code}-备1"
    rule("规" * 68 + "{project}{n}")
    with pytest.raises(Refused) as refusal:
        next_number(project)
    assert refusal.value.field == "number"


def test_a_number_that_was_given_up_is_given_to_nobody_else(people: People) -> None:
    project = build.kickoff(people)
    draft_memorandum(actor=people["林书瑶"], project_uid=project.uid, number="MOU-7")
    edit_memorandum(actor=people["林书瑶"], project_uid=project.uid, seen_version=1, number="MOU-8")
    other = launch.started(people, code="X2", name="另一个项目")
    with pytest.raises(Refused) as refusal:
        draft_memorandum(actor=people["林书瑶"], project_uid=other.uid, number="MOU-7")
    assert refusal.value.field == "number"
    edit_memorandum(actor=people["林书瑶"], project_uid=project.uid, seen_version=2, number="MOU-7")  # its own, taken up again
