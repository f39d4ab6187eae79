#!/usr/bin/env bash
# Lint, format, types, templates, migrations, texts, layers: all are run, then the exit code tells whether all passed.
set -uo pipefail
cd "$(dirname "$0")/.."
export COLLAB_MODE=test COLLAB_DATA="${COLLAB_DATA:-$(mktemp -d)}" PATH="$PWD/.venv/bin:$PATH"
failed=""
look() {
  local name="$1"; shift
  if out="$("$@" 2>&1)"; then printf '%-12s ok\n' "$name"
  else failed="$failed $name"; printf '%-12s FAILED\n%s\n' "$name" "$out"; fi
}
look lint ruff check .
look format ruff format --check .
look types mypy .
look templates djlint templates --lint --quiet
look migrations python manage.py makemigrations --check --dry-run
look texts python manage.py texts --check
look house python -m pytest -q -p no:cacheprovider tests/house/test_{layers,one_clock,history_kept,shape,where}.py
if [ -n "$failed" ]; then echo "failed:$failed"; exit 1; fi
