"""The README's example, as it stands there, run by a shell with curl against the real web server."""

import json
import os
import re
import subprocess
from decimal import Decimal

import pytest

from collab.samples.people import load_people
from tests.house.source import ROOT
from tests.servers import Web
from tests.tracking.build import quantified
from tests.tracking.conftest import project_in_execution
from tracking.models import Report


def example() -> str:
    """The shell lines of the section on the API."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## API")[2]
    return re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_the_example_reports_progress(child_env: dict[str, str], web: Web) -> None:
    people = load_people()
    # whose task it is in the sample too: who reads on may try it there
    row = quantified(people, project_in_execution(people), assignee=people["郭砚秋"])
    lines = example()
    assert "COLLAB=http://localhost:8000\n" in lines
    here = lines.replace("http://localhost:8000", web.url)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", here], cwd=ROOT, env=os.environ | child_env, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["task"]["uid"] == str(row.uid)
    assert said["task"]["state"] == "done"
    report = Report.objects.get()
    assert (report.done, report.note, report.reporter) == (Decimal(45), "First delivery has arrived", people["郭砚秋"])
