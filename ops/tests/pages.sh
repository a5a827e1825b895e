#!/usr/bin/env bash
# The pages in Chromium, with scripts, without, and on a phone. PHOENIX_TEST_SCREENSHOTS=FOLDER keeps
# pictures of them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
for part in packages processes postgres; do . "$root/ops/lib/$part.sh"; done

need_packages chromium python3
for ((attempt = 0; attempt < 100; attempt++)); do
  base=$((10000 + RANDOM % 20000))
  for port in $base $((base + 1)) $((base + 10)) $((base + 11)); do
    ! port_is_taken "$port" || continue 2
  done
  break
done
find_state "stack-$base"
work=$(mktemp -d "${TMPDIR:-/tmp}/pages.XXXXXX")
clean_up() {
  "$root/ops/down" --port-base "$base" >/dev/null 2>&1 || true
  rm -rf "$state" "$work"
}
trap clean_up EXIT
PHOENIX_RATE_LIMIT=off PHOENIX_LOGIN_LIMIT=off \
  "$root/ops/up" --detach --no-build --port-base "$base" >"$work/up" 2>&1 \
  || { cat "$work/up" >&2; fail "The stack does not come up"; }
pictures=${PHOENIX_TEST_SCREENSHOTS:-}
[ -z "$pictures" ] || mkdir -p "$pictures"
HOME=$work timeout 240 python3 "$root/ops/tests/pages.py" chromium "http://127.0.0.1:$base" \
  "$work/profile" ${pictures:+"$pictures"} || fail "A family cannot use the pages"
say "A family can use the pages"
