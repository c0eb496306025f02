#!/usr/bin/env bash
# On a CI machine with apt: installs what the fixtures in other languages need and the machine lacks.
# Nothing depends on it: a test without its tools is skipped, and says so.
set -uo pipefail

if [ -z "${CI:-}" ] || ! command -v apt-get >/dev/null; then
  echo "test-tools: installs nothing: not on a CI machine with apt-get"
  exit 0
fi

packages=()
command -v erlc >/dev/null || packages+=(erlang-base)
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -eq 0 ]; then
  echo "test-tools: nothing is missing"
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
export DEBIAN_FRONTEND=noninteractive
if timeout 120 "${as_root[@]}" apt-get -qq update &&
  timeout 300 "${as_root[@]}" apt-get -qq install --yes --no-install-recommends "${packages[@]}" >/dev/null; then
  echo "test-tools: installed ${packages[*]}"
else
  echo "test-tools: could not install ${packages[*]}; their tests will be skipped"
fi
