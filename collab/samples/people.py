"""The sample organisation: departments, people, heads."""

from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from pypinyin import lazy_pinyin

from people.models import Department, User

DATA = Path(__file__).parent / "data"
PASSWORD = "collab-2026"  # noqa: S105  shown on the sign-in page while samples are loaded


def read(name: str) -> Any:
    """One of the shipped sample files, as written."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def load_people(password: str = PASSWORD) -> dict[str, User]:
    """Make the sample organisation; returns its people by name."""
    said = read("people")
    departments = {
        row["name"]: Department.objects.create(name=row["name"], sort_key=" ".join(lazy_pinyin(row["name"])))
        for row in said["departments"]
    }
    people: dict[str, User] = {}
    encoded = make_password(password)  # hashed once: thirty slow hashes would cost seconds
    for row in said["people"]:
        flags = {f"is_{flag}": True for flag in row.get("flags", [])}
        people[row["name"]] = User.objects.create(
            username=row["username"],
            password=encoded,
            name=row["name"],
            sort_key=" ".join(lazy_pinyin(row["name"])),
            department=departments[row["dept"]],
            title=row["title"],
            staff_no=row["staff_no"],
            phone=row["phone"],
            email=row["mail"],
            is_sample=True,
            **flags,
        )
    for row in said["departments"]:
        if row["head"]:
            department = departments[row["name"]]
            department.head = people[row["head"]]
            department.save(update_fields=["head"])
    return people
