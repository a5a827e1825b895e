# What benchmarks of a whole stack share: the stack itself, CPU time, medians. Needs project.sh,
# packages.sh, processes.sh and postgres.sh.
# shellcheck shell=bash

ticks_per_second=$(getconf CLK_TCK)

# start_bench_stack BASE FOLDER [NAME=VALUE…]: a stack of its own; sets `state`, `gateway_pid`,
# `postmaster` and ends it with the script.
start_bench_stack() {
  local base=$1 folder=$2
  shift 2
  bench_base=$base
  find_state "stack-$base"
  end_bench_stack
  trap end_bench_stack EXIT
  trap 'exit 130' INT TERM HUP
  env PHOENIX_RATE_LIMIT=off PHOENIX_LOGIN_LIMIT=off "$@" \
    "$root/ops/up" --detach --no-build --port-base "$base" >"$folder/up.log" 2>&1 \
    || { cat "$folder/up.log"; fail "The stack does not come up"; }
  read_record "$state/gateway.pid" || fail "The gateway does not run"
  gateway_pid=$pid
  postmaster=$(as_postgres head -n 1 "$state/pg/data/postmaster.pid")
}

end_bench_stack() {
  "$root/ops/down" --port-base "$bench_base" >/dev/null || true
  rm -rf "$state/pg"
}

# Sets `ticks`: CPU time of process $1, and of its ended children with `all`.
process_ticks() {
  local stat
  ticks=0
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  read -r -a stat <<<"${stat##*) }"
  ticks=$((stat[11] + stat[12]))
  [ "${2:-}" != all ] || ticks=$((ticks + stat[13] + stat[14]))
}

# Sets `ticks`: CPU time of the whole PostgreSQL, connections that ended included.
postgres_ticks() {
  local sum child
  process_ticks "$postmaster" all
  sum=$ticks
  for child in $(pgrep -P "$postmaster"); do
    process_ticks "$child"
    sum=$((sum + ticks))
  done
  ticks=$sum
}

# micros TICKS COUNT: microseconds each.
micros() {
  awk -v ticks="$1" -v hz="$ticks_per_second" -v count="$2" \
    'BEGIN { printf "%.1f\n", ticks * 1e6 / hz / count }'
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
