#!/usr/bin/env bash
# Reads what deploy/ holds as its users' own tools do: CloudFormation, Kubernetes, GitHub Actions, Terraform, systemd, sh.
#
# Tools that a package registry has are installed into .deploy-tools (or the folder that RAMPART_DEPLOY_TOOLS names). Terraform, systemd and, without Go
# or apt, actionlint and shellcheck are used where they are there; what was left out is said at the end.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${RAMPART_DEPLOY_TOOLS:-$root/.deploy-tools}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
left_out=()

step() { printf 'test:deploy: %s\n' "$1"; }

if ! cmp -s "$here/requirements.txt" "$tools/requirements.txt"; then
  step "installing cfn-lint and kubernetes-validate into $tools"
  python3 -m venv "$tools/python"
  "$tools/python/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$tools/requirements.txt"
fi

step "CloudFormation templates (cfn-lint)"
"$tools/python/bin/cfn-lint" deploy/aws/*.yaml

step "Kubernetes manifests (the API's own schemas)"
"$tools/python/bin/kubernetes-validate" --strict --quiet deploy/kubernetes/cronjob.yaml

actionlint=$(command -v actionlint || true)
if [[ -z $actionlint ]] && command -v go >/dev/null; then
  [[ -x $tools/actionlint ]] || GOBIN=$tools GOFLAGS=-mod=mod go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
  actionlint=$tools/actionlint
fi
if [[ -n $actionlint ]]; then
  step "GitHub workflow and action (actionlint)"
  mkdir -p "$work/repository/.github/workflows"
  cp action.yml "$work/repository/"
  cp deploy/github/rampart.yml "$work/repository/.github/workflows/"
  # The action as the workflow's own, so that its inputs are held against action.yml.
  sed -i 's#uses: OWNER/rampart@0*$#uses: ./#' "$work/repository/.github/workflows/rampart.yml"
  git -C "$work/repository" init --quiet
  (cd "$work/repository" && "$actionlint" -color=false)
else
  left_out+=("actionlint")
fi

if ! command -v shellcheck >/dev/null && command -v apt-get >/dev/null && [[ $(id -u) -eq 0 ]]; then
  { apt-get update && apt-get install --yes --no-install-recommends shellcheck; } >"$work/apt.log" 2>&1 || true
fi
if command -v shellcheck >/dev/null; then
  step "shell scripts (shellcheck)"
  shellcheck deploy/nightly.sh deploy/github/scan.sh
else
  left_out+=("shellcheck")
fi

if command -v systemd-analyze >/dev/null; then
  step "systemd units (systemd-analyze)"
  cp deploy/systemd/rampart.timer "$work/"
  # Where it is installed is not here.
  sed 's#^ExecStart=.*#ExecStart=/bin/true#' deploy/systemd/rampart.service >"$work/rampart.service"
  systemd-analyze verify "$work/rampart.timer" "$work/rampart.service"
else
  left_out+=("systemd-analyze")
fi

if command -v terraform >/dev/null; then
  step "Terraform (fmt; validate needs providers from HashiCorp's registry)"
  terraform fmt -check -recursive -diff deploy 2>"$work/terraform.log" || { cat "$work/terraform.log" >&2; exit 1; }
else
  left_out+=("terraform")
fi

step "passed${left_out[*]:+; left out, for they are not here: ${left_out[*]}}"
