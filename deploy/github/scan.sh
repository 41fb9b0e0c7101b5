#!/usr/bin/env bash
# The scan of action.yml: reports in every form that GitHub takes, and the exit code as an output, so that what follows is uploaded whatever it is.
# Everything it is told comes in variables: CLOUDS, CONFIG and rampart's own RAMPART_*.
set -euo pipefail

reports=$(mktemp -d "${RUNNER_TEMP:?}/rampart.XXXXXX")
mkdir "$reports/sarif"
arguments=(scan --quiet)
read -r -a clouds <<<"${CLOUDS:-}"
for cloud in "${clouds[@]}"; do
  case "$cloud" in
    aws | azure | gcp) arguments+=("$cloud") ;;
    *)
      # Not repeated: a line that begins with two colons is a command to the runner.
      echo "rampart: clouds: words other than aws, azure and gcp" >&2
      echo "exit-code=2" >>"$GITHUB_OUTPUT"
      exit 0
      ;;
  esac
done
if [[ -n "${CONFIG:-}" ]]; then arguments+=(--config "$CONFIG"); fi
arguments+=(
  --output "sarif=$reports/sarif/rampart.sarif"
  --output "json=$reports/rampart.json"
  --output "html=$reports/rampart.html"
  --output "markdown=$reports/summary.md"
)

code=0
node "${GITHUB_ACTION_PATH:?}/bin/rampart.js" "${arguments[@]}" >"$reports/table.txt" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
# Without a report there is nothing to upload: wrong arguments, or no credentials.
if [[ -s "$reports/rampart.json" ]]; then
  {
    echo "json=$reports/rampart.json"
    echo "html=$reports/rampart.html"
  } >>"$GITHUB_OUTPUT"
  cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
  cat "$reports/table.txt"
fi
# A run for each target that was read whole; a file without any would be refused.
if [[ -s "$reports/sarif/rampart.sarif" ]] && grep -q '"automationDetails"' "$reports/sarif/rampart.sarif"; then
  echo "sarif=$reports/sarif" >>"$GITHUB_OUTPUT"
fi
