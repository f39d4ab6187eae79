"""Loaded before the settings (pytest -p tests.boot): processes that test side by side share neither broker nor data."""

import os
from pathlib import Path
from urllib.parse import urlsplit

_name = os.environ.get("PYTEST_XDIST_WORKER", "")
if _name.startswith("gw"):
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{1 + int(_name[2:]) % 15}").geturl()
    os.environ["COLLAB_TEST_TEMPLATES"] = os.environ["COLLAB_DATA"]
    os.environ["COLLAB_DATA"] = str(Path(os.environ["COLLAB_DATA"]) / _name)
