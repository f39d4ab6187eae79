#!/bin/sh
# The process that serves live streams, beside the web server: one per machine holds 900 open pages in about 100 MB.
set -eu
cd "$(dirname "$0")/.."
python="$(command -v python || command -v python3)"
exec "$python" -m gunicorn collab.asgi:application -c python:collab.serving \
  --worker-class asgi --workers 1 --graceful-timeout 3
