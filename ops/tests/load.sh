#!/usr/bin/env bash
# The load tester as its users meet it: a short run against a whole stack with every witness, and
# the ends that are no success, each with its message and exit code.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
for part in processes postgres; do . "$root/ops/lib/$part.sh"; done

loadtest=$(program phoenix-loadtest)
worker=$(program phoenix-worker)
scratch=$(mktemp -d)
server=''
clean_up() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

free_base() {
  local port
  for ((attempt = 0; attempt < 100; attempt++)); do
    base=$((10000 + RANDOM % 20000))
    for port in $base $((base + 1)) $((base + 3)) $((base + 10)) $((base + 11)); do
      ! port_is_taken "$port" || continue 2
    done
    return 0
  done
  fail "no free ports"
}

# ends CODE TEXT command…: the command ends with the code and says the text.
ends() {
  local code=$1 text=$2 status=0
  shift 2
  "$@" >"$scratch/output" 2>&1 || status=$?
  [ "$status" -eq "$code" ] || { cat "$scratch/output"; fail "'$*' ended with $status, not $code"; }
  grep -qF -- "$text" "$scratch/output" || { cat "$scratch/output"; fail "'$*' does not say: $text"; }
}

start_server() {
  PHOENIX_PORT=$base "$worker" >"$scratch/worker.log" 2>&1 &
  server=$!
  for ((left = 100; left > 0; left--)); do port_is_taken "$base" && return 0; sleep 0.1; done
  fail "the worker does not start"
}

# Everything held, and the files are there.
free_base
"$root/ops/load" smoke --no-build --port-base "$base" >"$scratch/smoke" 2>&1 \
  || { cat "$scratch/smoke"; fail "ops/load smoke did not hold"; }
grep -q 'reconciliation ok' "$scratch/smoke" || { cat "$scratch/smoke"; fail "nothing was compared"; }
for file in summary.json junit.xml report.html; do
  [ -s "$root/.run/load/smoke/$file" ] || fail "$file is missing"
done

free_base
here=http://127.0.0.1:$base
ends 3 "refused, nobody listens there" "$loadtest" get "$here/"
ends 2 "https is not supported" "$loadtest" get "https://127.0.0.1:$base/"
ends 2 "https is not supported" "$loadtest" run "$root/loadtest/scenarios/smoke.yaml" --base https://a
ends 2 "nowhere.yaml: cannot be read" "$loadtest" run "$scratch/nowhere.yaml"
printf 'name: x\narrival: {rate: 1}\nmix: {x: {weight: 1, get: /}}\n' >"$scratch/bad.yaml"
ends 2 "bad.yaml:2:10: \"arrival\" needs \"duration\"" "$loadtest" run "$scratch/bad.yaml"

start_server
ends 0 "0 failed" "$loadtest" get "$here/health" --rate 50 -d 1s
ends 99 "no request succeeded" "$loadtest" get "$here/nowhere" --rate 50 -d 1s
{ sleep 2; kill -KILL "$server"; } &
ends 3 "target lost" "$loadtest" get "$here/health" --rate 50 -d 60s
wait "$server" 2>/dev/null || true
server=''

# Ports run out: in a network of its own with sixteen of them.
if unshare -rn true 2>/dev/null && command -v ip >/dev/null; then
  cat >"$scratch/narrow" <<'TEXT'
ip link set lo up
echo "40000 40015" >/proc/sys/net/ipv4/ip_local_port_range
PHOENIX_PORT=8000 "$1" >/dev/null 2>&1 &
worker=$!
for ((left = 100; left > 0; left--)); do
  (exec 3<>/dev/tcp/127.0.0.1/8000) 2>/dev/null && break
  sleep 0.1
done
status=0
"$2" get http://127.0.0.1:8000/health -c 64 -d 2s || status=$?
kill -KILL "$worker"
exit "$status"
TEXT
  ends 99 "this machine has no local port left" unshare -rn bash "$scratch/narrow" "$worker" "$loadtest"
else
  say "this machine allows no network of one's own: running out of ports is not tested"
fi
