#!/usr/bin/env bash
# The life of a stack: ready, the printed curls, a second ops/up, deaths, ops/down, up again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
for part in processes postgres; do . "$root/ops/lib/$part.sh"; done

# A base with room for the gateway, its admin port and three workers.
for ((attempt = 0; attempt < 100; attempt++)); do
  base=$((10000 + RANDOM % 20000))
  for port in $base $((base + 1)) $((base + 2)) $((base + 3)) $((base + 10)) $((base + 11)); do
    ! port_is_taken "$port" || continue 2
  done
  break
done
gateway=http://127.0.0.1:$base
cookies=${TMPDIR:-/tmp}/cookies-$base
find_state "stack-$base"

clean_up() {
  "$root/ops/down" --port-base "$base" >/dev/null 2>&1 || true
  rm -rf "$state" "$cookies"
}
trap clean_up EXIT
up() { "$root/ops/up" --detach --no-build --port-base "$base" "$@"; }
broken() {
  tail -n 20 "$state"/log/*.log >&2 || true
  fail "$@"
}

# eventually SECONDS WHAT command…
eventually() {
  local left=$(($1 * 10)) what=$2
  shift 2
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || broken "not in time: $what"
    sleep 0.1
  done
}
is_ready() { [[ $(curl -s -m 2 "$gateway/readyz") == *'"status":"ready"'* ]]; }
is_another() { read_record "$state/worker-1.pid" && [ "$pid" != "$1" ]; }
history() { curl -s -b "$cookies" "$gateway/api/chat/history"; }

up >"$state.out" 2>&1 || { cat "$state.out"; broken "it does not come up"; }
rm -f "$state.out"
[ "$(stat -c %a "$state/pg")" = 700 ] || fail "others may enter the socket's directory"
[ "$(stat -c %a "$state/secret.key")" = 600 ] || fail "others may read the secret key"

# The commands that it prints are run as they stand, with a cookie file of our own.
commands=$(sed -n '/^ *curl/,/^$/p' "$state/ready" | sed "s#/tmp/phoenix-cookies-$base#$cookies#")
answer=$(eval "$commands")
[[ $answer == *'"email":"famille-'* ]] || broken "no sign-up: $answer"
[[ $answer == *'"model":"extractive"'*'AAH'* || $answer == *'AAH'*'"model":"extractive"'* ]] \
  || broken "no answer: $answer"
[[ $(history) == *"montant de l'AAH"* ]] || broken "no history: $(history)"

again=$(up)
[[ $again == "Already up."* ]] || broken "a second ops/up says: $again"

# Another stack that needs a port of this one says which.
if clash=$("$root/ops/up" --detach --no-build --port-base $((base + 10)) 2>&1); then
  fail "two stacks share a port"
fi
[[ $clash == *"Port $((base + 10)) is in use"* ]] || fail "the clash is told as: $clash"
find_state "stack-$((base + 10))"
rm -rf "$state"
find_state "stack-$base"

read_record "$state/worker-1.pid" || broken "worker-1 does not run"
killed=$pid
kill -KILL "$killed"
eventually 15 "worker-1 is started again" is_another "$killed"
grep -q 'worker-1 ended by signal 9; it is started again' "$state/log/up.log" \
  || broken "no line says that worker-1 ended"
eventually 15 "ready after a worker's death" is_ready

processes=$(cat "$state"/*.pid)
"$root/ops/down" --port-base "$base" >/dev/null
while read -r pid start; do
  ! is_running "$pid" "$start" || fail "process $pid still runs after ops/down"
done <<<"$processes"
order=$(grep -c 'Stopping' "$state/log/up.log")
[ "$order" -eq 1 ] || broken "it was stopped $order times"

began=$EPOCHSECONDS
up >/dev/null || broken "it does not come up again"
[ $((EPOCHSECONDS - began)) -le 15 ] || broken "up again took $((EPOCHSECONDS - began)) s"
[[ $(history) == *"montant de l'AAH"* ]] || broken "the history is lost: $(history)"

# A supervisor that is killed leaves its processes; ops/down ends them all the same.
read_record "$state/supervisor.pid" || broken "no supervisor"
processes=$(cat "$state"/*.pid)
kill -KILL "$pid"
eventually 5 "the supervisor is dead" eval '! read_record "$state/supervisor.pid"'
"$root/ops/down" --port-base "$base" >/dev/null
while read -r pid start; do
  ! is_running "$pid" "$start" || fail "process $pid was left by a killed supervisor"
done <<<"$processes"

# With the simulator a user who agreed is answered by it, and it ends with the others.
up --simulator >/dev/null || broken "it does not come up with the simulator"
curl -s -o /dev/null -c "$cookies" -H 'Content-Type: application/json' "$gateway/api/auth/signup" \
  -d "{\"email\":\"accord-$RANDOM@exemple.fr\",\"password\":\"un long mot de passe\",\"consents\":{\"gemini\":true}}"
answer=$(curl -s -b "$cookies" -H 'Content-Type: application/json' "$gateway/api/chat/message" \
  -d '{"message":"Qui paie la PCH ?"}')
[[ $answer == *'"model":"gemini-2.5-flash"'* ]] || broken "not the simulator's answer: $answer"
counts=$(curl -s "http://127.0.0.1:$((base + 3))/counts")
[[ $counts == *'"generateContent": 1'* ]] || broken "the simulator counts: $counts"
read_record "$state/simulator.pid" || broken "no simulator"
simulator=$pid
"$root/ops/down" --port-base "$base" >/dev/null
! read_start "$simulator" || fail "the simulator still runs after ops/down"
