#!/bin/sh
# The web server of a production machine: brings the schema up to date (one machine at a time), then serves.
set -eu
cd "$(dirname "$0")/.."
python="$(command -v python || command -v python3)"
"$python" manage.py prepare
exec "$python" -m gunicorn collab.wsgi:application \
  --bind "${COLLAB_BIND:-0.0.0.0}:${PORT:-8000}" --worker-class gthread \
  --workers "${COLLAB_WEB_WORKERS:-2}" --threads "${COLLAB_WEB_THREADS:-8}" \
  --timeout 60 --graceful-timeout 20 --no-control-socket
