"""A question that is built once is answered by what stands in the database now, on whatever connection."""

import pytest
from django.db import IntegrityError, connection, transaction

from common.adding import BATCH, add
from common.again import Again, ListAgain, TextAgain, signs
from people.models import Department

pytestmark = pytest.mark.django_db(transaction=True)

_by_key = Again(lambda key: Department.objects.filter(pk=key).order_by(), *signs(1))
_names = ListAgain(lambda name: Department.objects.filter(name__contains="%", sort_key=name).values_list("name"), "a name")
_counted = TextAgain("SELECT COUNT(*), '100 %%' FROM people_department WHERE id = %(key)s OR id = %(key)s", key=int)


def test_the_answer_is_what_stands_there_now() -> None:
    row = Department.objects.create(name="一部", sort_key="yi bu")
    assert [found.name for found in _by_key(row.pk)] == ["一部"]
    Department.objects.filter(pk=row.pk).update(name="二部")
    assert [found.name for found in _by_key(row.pk)] == ["二部"]
    assert _by_key(row.pk + 1) == _by_key(None) == []
    assert _counted(key=row.pk) == [(1, "100 %")]


@transaction.atomic
def _ask_and_fail(row: Department) -> None:
    assert _by_key(row.pk) == [row]
    assert _counted(key=row.pk) == [(1, "100 %")]
    Department.objects.create(name=row.name, sort_key=row.sort_key)


def test_a_new_connection_and_an_act_that_was_undone_change_nothing() -> None:
    row = Department.objects.create(name="一部", sort_key="yi bu")
    for _again in range(2):
        with pytest.raises(IntegrityError):
            _ask_and_fail(row)
        assert _by_key(row.pk) == [row]
        connection.close()


def test_signs_of_patterns_stay_as_they_are() -> None:
    Department.objects.create(name="百分之 100%", sort_key="bai")
    assert _names("bai") == [("百分之 100%",)]
    assert _names("a' OR '1'='1") == []


def test_many_rows_are_added_each_with_its_key() -> None:
    rows = [Department(name=f"部门{number}", sort_key=str(number)) for number in range(BATCH + 3)]
    add(*rows)
    there = Department.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "name")
    assert {row.pk: row.name for row in rows} == dict(there)
    assert not rows[-1]._state.adding
