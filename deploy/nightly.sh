#!/bin/sh
# One night's run: reads the clouds once, reports what is new since the last night, and says what changed in the firewalls themselves.
# systemd, cron, Kubernetes and ECS all run this. It needs no more than sh and rampart.
#
#   RAMPART         the command                        default: rampart
#   RAMPART_STATE   folder for snapshots and reports   default: /var/lib/rampart
#   RAMPART_KEEP    nights whose snapshots are kept    default: 30
#   RAMPART_CLOUDS  what to read: "aws gcp"            default: every cloud that has credentials
#
# Every option of rampart can be set as a variable too (RAMPART_ROLE, RAMPART_ORGANIZATION, RAMPART_TIMEOUT, ...) or in rampart.yaml.
# Exits as `rampart scan` does: 0 clean, 1 new findings, 2 usage, 3 incomplete, 70 a bug, 130 interrupted.
set -u
umask 077

rampart=${RAMPART:-rampart}
state=${RAMPART_STATE:-/var/lib/rampart}
keep=${RAMPART_KEEP:-30}
# They are this script's own; rampart has no options of these names.
unset RAMPART RAMPART_STATE RAMPART_KEEP

cd "$state" || exit 2
tonight=$(date -u +%Y-%m-%dT%H%M%SZ).jsonl.gz
# The newest snapshot there is: names sort by time, and so do the files that a pattern stands for.
last=
for file in ./*.jsonl.gz; do [ -f "$file" ] && last=$file; done

# shellcheck disable=SC2086 # the clouds are words
"$rampart" collect ${RAMPART_CLOUDS:-} --output "$tonight" --allow-incomplete
code=$?
# What was read until an interruption or a timeout is a snapshot all the same; without one there is nothing to judge.
[ -f "$tonight" ] || exit "$code"

set -- scan --snapshot "$tonight" --output json=report.json --output html=report.html --output markdown=report.md
# Only what is new since the baseline counts; the first night everything does.
[ -f baseline.json ] && set -- "$@" --baseline baseline.json
"$rampart" "$@" >report.txt
code=$?
# A night that could not read everything is no measure for the next: what it did not see would come back as new. Where that is the rule,
# RAMPART_ALLOW_INCOMPLETE=true takes nights as they are.
if [ -f report.json ] && { [ "$code" -le 1 ] || [ ! -f baseline.json ]; }; then
  cp report.json baseline.new.json && mv -f baseline.new.json baseline.json
fi

if [ -n "$last" ]; then
  "$rampart" diff "$last" "$tonight" --fail-on none --allow-incomplete --quiet >changes.txt || code=$?
fi

# What runs that were killed left of nights before the last one that ended: names sort by time, and so does what a pattern stands for.
for file in ./*.jsonl.gz*; do
  if [ -z "$last" ] || [ "$file" = "$last" ]; then break; fi
  case $file in *.jsonl.gz) ;; *) rm -f -- "$file" ;; esac
done

count=0
for file in ./*.jsonl.gz; do [ -f "$file" ] && count=$((count + 1)); done
for file in ./*.jsonl.gz; do
  [ "$count" -gt "$keep" ] || break
  rm -f -- "$file"
  count=$((count - 1))
done
exit "$code"
