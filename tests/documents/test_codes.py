"""A verification code can be printed, read out and typed by people, and nobody guesses it."""

import math
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.codes import GROUP, LENGTH, SIGNS, in_groups, new_code, readings

CODE = "0123456789ABCDEFGHJKMNPQRSTV"


def test_a_code_has_more_than_130_random_bits_and_no_sign_that_looks_like_another() -> None:
    assert LENGTH * math.log2(len(SIGNS)) >= 130
    assert not set("ILOU") & set(SIGNS)
    assert len({new_code() for _ in range(1000)}) == 1000
    assert all(set(new_code()) <= set(SIGNS) for _ in range(100))


def test_it_is_printed_in_groups_of_four() -> None:
    assert in_groups(CODE) == "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV"
    assert {len(group) for group in in_groups(new_code()).split("-")} == {GROUP}


@pytest.mark.parametrize(
    "said",
    [
        "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV", "0123 4567 89ab cdef ghjk mnpq rstv", "o123-4567-89ab-cdef-ghjk-mnpq-rstv",
        " Ol23 4567 89AB CDEF GHJK MNPQ RSTV ", "OI23456789ABCDEFGHJKMNPQRSTV", "0123–4567–89AB–CDEF–GHJK–MNPQ–RSTV",
        "０１２３－４５６７－８９ＡＢ－ＣＤＥＦ－ＧＨＪＫ－ＭＮＰＱ－ＲＳＴＶ", "0123.4567.89AB.CDEF.GHJK.MNPQ.RSTV。",
        "https://collab.example.org/verify/0123456789ABCDEFGHJKMNPQRSTV/",
    ],
)  # fmt: skip
def test_however_it_is_typed_it_is_understood(said: str) -> None:
    assert CODE in readings(said)


def test_the_code_of_an_older_document_is_understood_as_it_was_printed() -> None:
    for _ in range(50):
        old = secrets.token_urlsafe(18)
        assert old in readings(f" {old} ")
        assert in_groups(old) == old


@given(st.text())
def test_nothing_that_is_typed_makes_trouble(said: str) -> None:
    assert len(readings(said)) <= 2
