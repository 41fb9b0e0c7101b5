#!/usr/bin/env bash
# Installs the package as a user would: packed, into an empty folder, and run from there with what it brought along.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$root"
npm pack --silent --pack-destination "$folder" >/dev/null
tar -tzf "$folder"/rampart-*.tgz >"$folder/contents"
for unwanted in test/ bench/ scripts/ /src/.*[^d].ts$; do
  if grep -E "^package/($unwanted)" "$folder/contents" | grep -v '^package/dist/'; then
    echo "the package holds what it should not (above)" >&2
    exit 1
  fi
done

cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ./rampart-*.tgz
export PATH="$root/node_modules/.bin:$PATH"
version=$(node node_modules/.bin/rampart --version)
node node_modules/.bin/rampart explain open-admin-rule >/dev/null
node node_modules/.bin/rampart demo --quiet >table.txt
test -s report.json && test -s report.sarif && test -s table.txt
node node_modules/.bin/rampart render report.json --format sarif >again.sarif
cmp report.sarif again.sarif
echo "rampart $version installs and runs: $(wc -l <contents) files, $(du -k "$folder"/rampart-*.tgz | cut -f1) KiB packed"
