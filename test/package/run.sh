#!/usr/bin/env bash
# Installs the package as a user would: packed, into an empty folder, and run from there with what it brought along, on each Node that it says it runs on.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$root"
node24=$root/node_modules/node/bin/node
"$node24" test/package/snapshot.ts "$folder/estate.jsonl"
npm pack --silent --pack-destination "$folder" >/dev/null
tar -tzf "$folder"/rampart-*.tgz >"$folder/contents"
for unwanted in test/ bench/ scripts/ /src/.*[^d].ts$; do
  if grep -E "^package/($unwanted)" "$folder/contents" | grep -v '^package/dist/'; then
    echo "the package holds what it should not (above)" >&2
    exit 1
  fi
done
for wanted in bin/rampart.js dist/src/cli/main.js dist/src/cli/main.d.ts checks/network/open-admin-rule.md schemas/report.schema.json deploy/nightly.sh; do
  grep -qx "package/$wanted" "$folder/contents" || { echo "the package lacks $wanted" >&2; exit 1; }
done

# The oldest Node that package.json allows for, and the one that Rampart is made with.
mkdir "$folder/node22"
npm install --silent --no-audit --no-fund --prefix "$folder/node22" node@22 >/dev/null
node22=$folder/node22/node_modules/node/bin/node

mkdir "$folder/home"
cd "$folder/home"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ../rampart-*.tgz
for node in "$node22" "$node24"; do
  export PATH="$(dirname "$node"):$PATH"
  version=$(npx --no-install rampart --version)
  npx --no-install rampart explain open-admin-rule >/dev/null
  code=0
  npx --no-install rampart scan --snapshot ../estate.jsonl --quiet --format json >scan.json || code=$?
  # The sample estate has findings, and everything of it was read.
  [[ $code -eq 1 ]] || { echo "scan --snapshot ended with $code on $("$node" --version)" >&2; exit 1; }
  npx --no-install rampart demo --quiet >table.txt
  test -s report.json && test -s report.sarif && test -s table.txt
  npx --no-install rampart render report.json --format sarif >again.sarif
  cmp report.sarif again.sarif
  echo "rampart $version installs and runs on $("$node" --version)"
done
bytes=$(stat -c %s ../rampart-*.tgz)
echo "the package: $(wc -l <../contents) files, $((bytes / 1024)) KiB packed, $(du -sk node_modules | cut -f1) KiB installed with what it needs"
