#!/usr/bin/env bash
# On a CI machine with apt: installs what the fixtures in other languages need and the machine lacks,
# and the load tools that install quickly. Nothing depends on it: a test without its tools is skipped,
# and says so.
set -uo pipefail

# All of it together; what does not fit is left out.
MOST_SECONDS=240

if [ -z "${CI:-}" ] || ! command -v apt-get >/dev/null; then
  echo "test-tools: installs nothing: not on a CI machine with apt-get"
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
export DEBIAN_FRONTEND=noninteractive

within_time() {
  local left=$((MOST_SECONDS - SECONDS))
  [ "$left" -gt 0 ] && timeout "$left" "$@"
}

left_out() {
  echo "test-tools: $1; their tests will be skipped"
}

is_known() {
  LC_ALL=C apt-cache policy "$1" | grep 'Candidate: [^(]' >/dev/null
}

install_packages() {
  local packages=() name
  if ! within_time "${as_root[@]}" apt-get -qq update; then
    left_out "apt-get update failed, so without $*"
    return
  fi
  # One that is unknown would keep apt from installing the others.
  for name in "$@"; do
    if is_known "$name"; then packages+=("$name"); else left_out "apt knows no $name"; fi
  done
  [ ${#packages[@]} -gt 0 ] || return
  if within_time "${as_root[@]}" apt-get -qq install --yes --no-install-recommends "${packages[@]}" >/dev/null; then
    echo "test-tools: installed ${packages[*]}"
  else
    left_out "could not install ${packages[*]}"
  fi
}

# A Go program, to a folder that is on the PATH of what runs after this script.
install_go_program() {
  local name=$1 module=$2 folder
  if ! command -v go >/dev/null; then
    left_out "$name needs Go, which is not here"
    return
  fi
  folder=$(mktemp -d)
  if GOBIN="$folder" GOTOOLCHAIN=local within_time go install "$module" 2>"$folder/log" &&
    "${as_root[@]}" install "$folder/$name" /usr/local/bin/; then
    echo "test-tools: installed $name"
  else
    left_out "could not install $name ($(tail -n 1 "$folder/log"))"
  fi
  rm -r "$folder"
}

# From PyPI, into a Python environment of its own: Debian's is not to be written to.
install_zizmor() {
  local place=/usr/local/lib/throughput-gate-zizmor
  if within_time "${as_root[@]}" python3 -m venv "$place" &&
    within_time "${as_root[@]}" "$place/bin/pip" --quiet install --disable-pip-version-check zizmor==1.32.0 &&
    "${as_root[@]}" ln -sf "$place/bin/zizmor" /usr/local/bin/zizmor; then
    echo "test-tools: installed zizmor"
  else
    left_out "could not install zizmor"
  fi
}

# Erlang/OTP of the machine, 0 without one.
otp_release() {
  erl -noshell -eval 'io:format("~s", [erlang:system_info(otp_release)]), halt().' 2>/dev/null || echo 0
}

# The compiler of one release, as GitHub has it: one static program, taken only if it is the very file that is meant here.
install_gleam() {
  local version=1.17.0 digest=c0d1eaadac40c88ac93ea45fc150f6363f4ceb8c925b5ac90f371b1665613cc4
  local file="gleam-v$version-x86_64-unknown-linux-musl.tar.gz" folder
  if [ "$(uname -sm)" != "Linux x86_64" ]; then
    left_out "Gleam is installed by hand on $(uname -sm)"
    return
  fi
  folder=$(mktemp -d)
  if ! within_time curl -fsSL --retry 2 --connect-timeout 10 -o "$folder/$file" \
    "https://github.com/gleam-lang/gleam/releases/download/v$version/$file" 2>"$folder/log"; then
    left_out "could not fetch Gleam ($(tail -n 1 "$folder/log"))"
  elif ! echo "$digest  $folder/$file" | sha256sum --check --status; then
    left_out "Gleam $version has another checksum than it should have, and was not installed"
  elif tar -xzf "$folder/$file" -C "$folder" gleam && "${as_root[@]}" install "$folder/gleam" /usr/local/bin/; then
    echo "test-tools: installed Gleam $version"
  else
    left_out "could not install Gleam"
  fi
  rm -r "$folder"
}

missing=()
# Erlang's own parts that Gleam's libraries stand on are packages of their own.
command -v erlc >/dev/null || missing+=(erlang-base erlang-crypto erlang-ssl erlang-dev)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
command -v wrk >/dev/null || missing+=(wrk)
command -v h2load >/dev/null || missing+=(nghttp2-client)
# For the tests of history.html. GitHub's runners have Google's Chrome.
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
command -v vegeta >/dev/null || install_go_program vegeta github.com/tsenart/vegeta/v12@v12.13.0
command -v actionlint >/dev/null || install_go_program actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
command -v zizmor >/dev/null || install_zizmor
# What apt has is new enough on Debian 13, and not on Ubuntu 24.04: there the workflow uses erlef/setup-beam.
if [ "$(otp_release)" -lt 27 ]; then
  left_out "Gleam's server needs Erlang/OTP 27, and this is $(otp_release) (0: none)"
elif ! command -v gleam >/dev/null; then
  install_gleam
fi
for tool in k6 oha; do
  command -v "$tool" >/dev/null || left_out "$tool would take more than a minute to compile"
done
exit 0
