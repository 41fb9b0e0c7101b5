#!/usr/bin/env bash
# Scans an estate in moto, an AWS that Rampart's authors did not write, and holds the report against what was built.
#
# Needs `npm ci` and Python 3.11 or newer. moto and boto3 go into a virtual environment, .venv in the repository or the folder that
# RAMPART_VENV names; it is made when it is missing and filled when requirements.txt changed. Arguments go to vitest.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${RAMPART_VENV:-$root/.venv}
requirements=$here/requirements.txt
installed=$venv/rampart-requirements.txt

fail() {
  printf 'test:moto: %s\n' "$1" >&2
  exit 1
}

[[ -x $root/node_modules/.bin/vitest ]] || fail "node_modules is missing. Run: npm ci"
# The npm package `node` holds the runtime; a shell's own may be older.
export PATH="$root/node_modules/.bin:$PATH"

if ! cmp -s "$requirements" "$installed" || ! "$venv/bin/python" -c 'import moto, boto3' 2>/dev/null; then
  command -v python3 >/dev/null || fail "python3 is missing. moto, which this suite scans, is a Python package: install Python 3.11 or newer"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$(python3 --version) is too old for the pinned moto. Put Python 3.11 or newer first in PATH"
  printf 'test:moto: installing moto and boto3 into %s\n' "$venv"
  python3 -m venv "$venv" || fail "python3 -m venv failed. On Debian and Ubuntu: apt-get install python3-venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" ||
    fail "pip could not install $requirements; its own message is above. Removing $venv makes the next run start afresh"
  cp "$requirements" "$installed"
fi

work=$(mktemp -d)
started=()
clean_up() {
  if ((${#started[@]})); then
    kill "${started[@]}" 2>/dev/null || true
    wait "${started[@]}" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of the caller's own AWS, moto or Rampart settings may reach the server, boto3 or the scans; nor may a proxy see loopback.
for name in $(compgen -e | grep -E '^(AWS|MOTO|RAMPART)_|^INITIAL_NO_AUTH_ACTION_COUNT$'); do unset "$name"; done
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$work/none" AWS_SHARED_CREDENTIALS_FILE="$work/none"

# Port 0: the system picks a free one, and the server's first lines say which.
PYTHONUNBUFFERED=1 "$venv/bin/python" -m moto.server -H 127.0.0.1 -p 0 >"$work/moto.log" 2>&1 &
server=$!
started+=("$server")
endpoint=
for _ in $(seq 300); do
  endpoint=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$work/moto.log" || true)
  [[ -z $endpoint ]] || break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
if [[ -z $endpoint ]]; then
  cat "$work/moto.log" >&2
  fail "the moto server did not start; its log is above"
fi

"$venv/bin/python" "$here/estate.py" "$endpoint" >"$work/estate.json" ||
  fail "the estate could not be built: moto or boto3 behaves differently than test/moto/estate.py expects"

cd "$root"
# In the background, because bash puts off a trap until a foreground command ends.
RAMPART_MOTO_ENDPOINT=$endpoint RAMPART_MOTO_ESTATE=$work/estate.json vitest run --config test/moto/vitest.config.ts "$@" &
started+=("$!")
wait "$!"
