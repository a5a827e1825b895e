# What every script of ops/ starts with: where the project is, how it talks, where programs are.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Messages of scripts that run for long bear the time; `say` is for answers to a person.
say() { printf '%s\n' "$*"; }
tell() { printf '%(%H:%M:%S)T %s\n' -1 "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The one build shape of the project: release, tests included. Another shape would rebuild all.
build() {
  command -v swift >/dev/null \
    || fail "Swift 6 is not on the PATH; install it first: https://www.swift.org/install/linux/"
  say "Building in release mode (minutes the first time, seconds later)"
  (cd "$root" && swift build -c release --build-tests) || fail "The build failed; its errors are above."
}

# Where phoenix-gateway and the others are; tests of these scripts name another place.
program() { printf '%s/%s' "${PHOENIX_TEST_BIN:-$root/.build/release}" "$1"; }

needs_program() {
  [ -x "$(program "$1")" ] || fail "$(program "$1") is missing: run ops/up without --no-build first"
}
