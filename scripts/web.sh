#!/bin/sh
# The web server of a production machine: brings the schema up to date (one machine at a time), then serves.
set -eu
cd "$(dirname "$0")/.."
python="$(command -v python || command -v python3)"
"$python" manage.py prepare
exec "$python" -m gunicorn collab.wsgi:application -c python:collab.serving
