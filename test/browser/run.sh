#!/usr/bin/env bash
# Opens HTML reports in Chromium and uses them as people do: by mouse, keyboard, phone, printer, screen reader rules (axe) and without script.
#
# Needs `npm ci`. Chromium is the machine's own: RAMPART_CHROMIUM names it, else Debian's package is installed where it is missing and this
# may be done. Arguments go to vitest.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
  printf 'test:browser: %s\n' "$1" >&2
  exit 1
}

[[ -x $root/node_modules/.bin/vitest ]] || fail "node_modules is missing. Run: npm ci"
# The npm package `node` holds the runtime; a shell's own may be older.
export PATH="$root/node_modules/.bin:$PATH"

if [[ -z ${RAMPART_CHROMIUM:-} ]] && ! command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null; then
  command -v apt-get >/dev/null || fail "Chromium is missing. Install it, or name one in RAMPART_CHROMIUM"
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Chromium is missing, and installing it takes root: apt-get install chromium"
    as_root=(sudo -n)
  fi
  printf 'test:browser: installing chromium\n'
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null ||
    fail "apt-get could not install chromium; its own message is above. RAMPART_CHROMIUM can name another"
fi

cd "$root"
exec vitest run --config test/browser/vitest.config.ts "$@"
