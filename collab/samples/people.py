"""The sample organisation: departments, people, heads."""

from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import clock
from people.models import Department, User
from people.pinyin import sort_keys

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it was built: ten times as fast
DATA = Path(__file__).parent / "data"
PASSWORD = "collab-2026"  # noqa: S105  shown on the sign-in page while samples are loaded


def read(name: str) -> Any:
    """One of the shipped sample files, as written."""
    return yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  a safe one


def load_people(password: str = PASSWORD) -> dict[str, User]:
    """Make the sample organisation; returns its people by name."""
    said = read("people")
    keys = sort_keys(row["name"] for row in [*said["departments"], *said["people"]])
    made = [Department(name=row["name"], sort_key=keys[row["name"]]) for row in said["departments"]]
    departments = {row.name: row for row in bulk_create_with_history(made, Department, default_date=clock.now())}
    encoded = make_password(password)  # hashed once: thirty slow hashes would cost seconds
    users = [
        User(
            username=row["username"],
            password=encoded,
            name=row["name"],
            sort_key=keys[row["name"]],
            department=departments[row["dept"]],
            title=row["title"],
            staff_no=row["staff_no"],
            phone=row["phone"],
            email=row["mail"],
            is_sample=True,
            **{f"is_{flag}": True for flag in row.get("flags", [])},
        )
        for row in said["people"]
    ]
    people = {row.name: row for row in bulk_create_with_history(users, User, default_date=clock.now())}
    headed = [row for row in said["departments"] if row["head"]]
    for row in headed:
        departments[row["name"]].head = people[row["head"]]
    bulk_update_with_history([departments[row["name"]] for row in headed], Department, ["head"], default_date=clock.now())
    return people
