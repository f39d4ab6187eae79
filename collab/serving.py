"""How gunicorn serves (`-c python:collab.serving`): loaded once and shared by the workers, which are forked from it."""

from typing import Any

from collab.env import read_environment
from collab.thrift import give_back, share

_env = read_environment()
bind = f"{_env.bind}:{_env.port}"
worker_class = "gthread"
workers, threads = _env.web_workers, _env.web_threads
timeout, graceful_timeout = 60, 20
preload_app = True
control_socket_disable = True

give_back()


def pre_fork(_server: Any, _worker: Any) -> None:
    """Before each worker, also one that follows another."""
    share()
