"""Schemathesis calls every address of the live server as its description says, and as it does not, and finds no fault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collab.samples.people import load_people
from people.tokens import make_token
from tests.servers import Web
from tests.tracking.build import july, rollout, say
from tests.tracking.conftest import project_in_execution

SECONDS = int(os.environ.get("COLLAB_FUZZ_SECONDS", "45"))


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_it_finds_no_fault(child_env: dict[str, str], web: Web, tmp_path: Path) -> None:
    people = load_people()
    project = project_in_execution(people)
    rows = rollout(people, project)
    say(people, rows["T8a"], 3, at=july(17))
    risk = project.risks.first()
    known = {"tasks": rows["T8b"].uid, "projects": project.uid, "risks": risk.uid}
    config = "".join(
        f'[[operations]]\ninclude-path-regex = "^/api/v1/{kind}/"\nparameters = {{ "path.uid" = "{uid}" }}\n'
        for kind, uid in known.items()
    )
    # what is refused though its shape is right: a version that is stale, a reason or a confirmation that is wanted
    statuses = [200, 201, 401, 403, 404, 409, 412, 422, 429]
    config += f"[checks]\npositive_data_acceptance.expected-statuses = {statuses}\n"
    (tmp_path / "schemathesis.toml").write_text(config)
    token = make_token(actor=None, user_uid=people["周以宁"].uid)[1]
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run",
        f"{web.url}/api/schema/?format=json", "-H", f"Authorization: Token {token}", "--max-time", str(SECONDS),
        "--workers", "2", "--checks", "all", "--seed", "1", "--no-color", "--generation-allow-x00", "false",
    ]  # fmt: skip
    env = os.environ | child_env
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=SECONDS + 120)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "500" not in (web.folder / f"web-{web.port}.log").read_text().split('" ')
