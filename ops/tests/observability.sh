#!/usr/bin/env bash
# Rules, alerts, routes and dashboards, held by the programs that read them: promtool and amtool, a
# real Prometheus that watches a loaded stack, a real Alertmanager that calls a stand-in of PagerDuty.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
for part in packages processes postgres; do . "$root/ops/lib/$part.sh"; done

unpacked prometheus usr/bin/promtool
promtool=$tool
unpacked prometheus usr/bin/prometheus
prometheus=$tool
unpacked prometheus-alertmanager usr/bin/amtool
amtool=$tool
unpacked prometheus-alertmanager usr/bin/prometheus-alertmanager
alertmanager=$tool

work=$(mktemp -d "${TMPDIR:-/tmp}/observability.XXXXXX")
base='' started=()
clean_up() {
  local pid
  for pid in "${started[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ -n "$base" ]; then
    "$root/ops/down" --port-base "$base" >/dev/null 2>&1 || true
    rm -rf "$state"
  fi
  rm -rf "$work"
}
trap clean_up EXIT

# said NAME command…: the command succeeds, or what it said is shown.
said() {
  local name=$1
  shift
  "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; fail "$name"; }
}
# soon SECONDS command…: the command succeeds within that time.
soon() {
  local left=$(($1 * 5))
  shift
  while ! "$@" >/dev/null 2>&1; do
    [ $((left -= 1)) -gt 0 ] || return 1
    sleep 0.2
  done
}
free_port() {
  for ((attempt = 0; attempt < 100; attempt++)); do
    port=$((10000 + RANDOM % 20000))
    ! port_is_taken "$port" || continue
    return 0
  done
  fail "no free port"
}

# What the tools say of the files.
(cd "$root/ops/prometheus" && said "prometheus.yml" "$promtool" check config prometheus.yml)
(cd "$root/ops/prometheus" && said "tests of rules" "$promtool" test rules ./*_test.yml)
said "alertmanager.yml" "$amtool" check-config "$root/ops/alertmanager/alertmanager.yml"
# Every alert is tested firing and not firing, or always fires.
for alert in $(sed -n 's/^ *- alert: //p' "$root/ops/prometheus/alerts.yml"); do
  checks=$(grep -h -A2 "alertname: $alert\$" "$root"/ops/prometheus/*_test.yml)
  fires=$(grep -c 'exp_alerts:$' <<<"$checks") || true
  rests=$(grep -c 'exp_alerts: \[\]' <<<"$checks") || true
  [ "$fires" -gt 0 ] || fail "$alert is not tested firing"
  [ "$rests" -gt 0 ] || [ "$alert" = Watchdog ] || fail "$alert is not tested at rest"
done
# goes RECEIVER LABEL…: where an alert is sent.
goes() {
  local receiver=$1 found
  shift
  found=$("$amtool" config routes test --config.file "$root/ops/alertmanager/alertmanager.yml" "$@" 2>/dev/null)
  [ "$found" = "$receiver" ] || fail "an alert with $* goes to $found, not to $receiver"
}
goes on-call alertname=GatewayDown severity=page
goes tickets alertname=WorkerDown severity=ticket
goes tickets alertname=Unknown
goes watchdog alertname=Watchdog severity=none

# A page reaches PagerDuty as an event of version 2, and its end as well.
free_port && duty=$port
free_port && manager=$port
python3 - "$duty" "$work/events" <<'PYTHON' &
import http.server, sys

class Duty(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[2], "ab") as file:
            file.write(body.replace(b"\n", b"") + b"\n")
        answer = b'{"status":"success","message":"Event processed","dedup_key":"k"}'
        self.send_response(202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *args):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Duty).serve_forever()
PYTHON
started+=($!)
printf '0123456789abcdef0123456789abcdef' >"$work/key"
sed -e "s#/etc/alertmanager/pagerduty-.*\.key#$work/key#" -e 's/group_wait: 30s/group_wait: 1s/' \
  -e 's/group_interval: 5m/group_interval: 1s/' \
  -e "s#^global:#global:\n  pagerduty_url: http://127.0.0.1:$duty/v2/enqueue#" \
  "$root/ops/alertmanager/alertmanager.yml" >"$work/alertmanager.yml"
# Debian's program reads its templates from /usr/share, where unpacking does not put them.
apart=(-m)
[ "$(id -u)" -eq 0 ] || apart=(-r -m)
share=/usr/share
[[ $alertmanager == /usr/bin/* ]] || share=${alertmanager%/bin/*}/share
unshare "${apart[@]}" sh -c 'mount --bind "$0" /usr/share && exec "$@"' "$share" \
  "$alertmanager" --config.file="$work/alertmanager.yml" --storage.path="$work/am" \
  --web.listen-address="127.0.0.1:$manager" --cluster.listen-address= --log.level=error \
  >"$work/am.log" 2>&1 &
started+=($!)
soon 20 curl -fsS "http://127.0.0.1:$manager/-/ready" || { cat "$work/am.log" >&2; fail "no Alertmanager"; }
alerts() {
  curl -fsS -H 'Content-Type: application/json' -d "$1" "http://127.0.0.1:$manager/api/v2/alerts"
}
page='"labels":{"alertname":"WorkersDown","severity":"page","service":"ai","job":"phoenix-gateway","instance":"g"},
  "annotations":{"summary":"Gateway g has no AI worker left","runbook_url":"docs/runbook.md#workersdown"}'
inhibited='"labels":{"alertname":"WorkerDown","severity":"ticket","service":"ai","job":"phoenix-gateway","worker":"w"}'
alerts "[{$page},{$inhibited}]"
soon 20 grep -q '"event_action":"trigger"' "$work/events" || { cat "$work/am.log" >&2; fail "nothing reached PagerDuty"; }
# Three times the interval of a group: what is inhibited would have rung. Once the page ends it may.
sleep 3
cp "$work/events" "$work/events-before"
alerts "[{$page,\"endsAt\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}]"
soon 20 grep -q '"event_action":"resolve"' "$work/events" || fail "the end did not reach PagerDuty"
python3 - "$work/events" "$work/events-before" <<'PYTHON' || fail "not what PagerDuty expects"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
first = events[0]
assert first["event_action"] == "trigger" and first["routing_key"] == "0123456789abcdef" * 2, first
payload = first["payload"]
assert payload["severity"] == "critical" and payload["component"] == "ai", payload
assert payload["class"] == "WorkersDown" and payload["summary"] == "Gateway g has no AI worker left", payload
assert payload["custom_details"]["runbook"] == "docs/runbook.md#workersdown", payload
keys = {event["dedup_key"] for event in events if event["payload"]["class"] == "WorkersDown"}
assert len(keys) == 1, events
assert [e["event_action"] for e in events if e["dedup_key"] in keys][-1] == "resolve", events
before = [json.loads(line) for line in open(sys.argv[2])]
assert not any(e["payload"]["class"] == "WorkerDown" for e in before), "an inhibited alert rang"
PYTHON

# A stack under load, watched by a real Prometheus: every query has data.
for ((attempt = 0; attempt < 100; attempt++)); do
  base=$((10000 + RANDOM % 20000))
  for port in $base $((base + 1)) $((base + 2)) $((base + 3)) $((base + 10)) $((base + 11)); do
    ! port_is_taken "$port" || continue 2
  done
  break
done
find_state "stack-$base"
options=(--detach --no-build --workers 2 --port-base "$base")
[ ! -x "$(program gemini-simulator)" ] || options+=(--simulator)
said "The stack does not come up" "$root/ops/up" "${options[@]}"
free_port && watcher=$port
mkdir -p "$work/prometheus"
for file in prometheus rules alerts; do
  sed -e 's/^\( *\(scrape_\|evaluation_\)\?interval:\) [0-9]*s$/\1 1s/' -e 's/scrape_timeout: 10s/scrape_timeout: 1s/' \
    -e "s/127.0.0.1:9464/127.0.0.1:$((base + 1))/" -e "s/127.0.0.1:8000/127.0.0.1:$((base + 10))/" \
    -e "s/127.0.0.1:8001/127.0.0.1:$((base + 11))/" \
    -e "s/127.0.0.1:9093/127.0.0.1:$manager/" "$root/ops/prometheus/$file.yml" >"$work/prometheus/$file.yml"
done
"$prometheus" --config.file="$work/prometheus/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
  --web.listen-address="127.0.0.1:$watcher" --log.level=error --enable-feature=exemplar-storage \
  >"$work/prometheus.log" 2>&1 &
started+=($!)
soon 20 curl -fsS "http://127.0.0.1:$watcher/-/ready" \
  || { cat "$work/prometheus.log" >&2; fail "no Prometheus"; }
load() {
  "$(program phoenix-loadtest)" run "$root/loadtest/scenarios/mixed.yaml" \
    --base "http://127.0.0.1:$base" --rate 10 --users 20 --out "$work/load" --quiet "$@" \
    >"$work/load.log" 2>&1 || true
}
load --duration 12s
# A worker dies in the middle, so that failures, retries and breakers have something to show.
(
  sleep 6
  if read_record "$state/worker-1.pid"; then kill -KILL "$pid"; fi
) &
load --duration 12s
grep -q '"requests"\|requests' "$work/load/summary.json" || { cat "$work/load.log" >&2; fail "no load"; }
sleep 3
pictures=$root/.run/dashboards
"$root/ops/draw-dashboards" --prometheus "http://127.0.0.1:$watcher" --minutes 1 --rate-interval 10s \
  --out "$pictures" || fail "a panel or a rule has no data (pictures in $pictures)"
# The watchdog went all the way from rule to Alertmanager.
soon 30 sh -c "$amtool --alertmanager.url=http://127.0.0.1:$manager alert query alertname=Watchdog | grep -q Watchdog" \
  || fail "Prometheus does not reach Alertmanager"
say "Rules, routes and dashboards hold"
