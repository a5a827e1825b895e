# What the load tester costs a request, beside wrk on the same URL, and how it carries many streams:
# the part of ops/bench that is `ops/bench --generator`. It uses `folder`, `nginx_port`, `rounds`,
# `seconds` of ops/bench, whose nginx runs.
# shellcheck shell=bash disable=SC2154

# As the design allows.
generator_ratio_max=2.0
streams=5000 stream_seconds=20

# cpu_us COMMAND…: sets `us`, the CPU microseconds of the command for each request that nginx served.
cpu_us() {
  local from to times
  from=$(count nginx)
  times=$({ TIMEFORMAT='%U %S'; time "$@" >"$folder/generator.log" 2>&1; } 2>&1) \
    || { cat "$folder/generator.log"; fail "'$*' failed"; }
  to=$(count nginx)
  us=$(awk -v requests=$((to - from)) '{ printf "%.2f", ($1 + $2) * 1e6 / requests }' <<<"$times")
}

bench_generator() {
  local url=http://127.0.0.1:$nginx_port/healthz loadtest round us
  loadtest=$(program phoenix-loadtest)
  unpacked wrk usr/bin/wrk
  local wrk=$tool
  : >"$folder/wrk.us"
  : >"$folder/generator.us"
  for ((round = 1; round <= rounds; round++)); do
    cpu_us "$wrk" -t 1 -c 32 -d "$seconds" "$url"
    printf '%s\n' "$us" >>"$folder/wrk.us"
    cpu_us "$loadtest" get "$url" -c 32 -d "${seconds}s" --lag-max 1s --quiet
    printf '%s\n' "$us" >>"$folder/generator.us"
    say "round $round of $rounds: wrk $(tail -n 1 "$folder/wrk.us") µs," \
      "phoenix-loadtest $(tail -n 1 "$folder/generator.us") µs"
  done
  local ours theirs ratio
  ours=$(median "$folder/generator.us") theirs=$(median "$folder/wrk.us")
  ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')
  say "CPU a request, medians: wrk $theirs µs, phoenix-loadtest $ours µs, $ratio times" \
    | tee "$folder/generator.txt"
  awk -v a="$ratio" -v b=$generator_ratio_max 'BEGIN { exit !(a <= b) }' \
    || { say "that is more than $generator_ratio_max times"; return 1; }
}

# Thousands of event streams open at once in one process, each read to its end; the server that sends
# them, written as plainly as can be, is measured beside.
bench_streams() {
  local port=$nginx_port loadtest times counts
  loadtest=$(program phoenix-loadtest)
  [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -gt $((streams + 200)) ] \
    || { say "$streams streams need more than $(ulimit -Hn) descriptors"; return 1; }
  ulimit -n "$(ulimit -Hn)"
  port=$((port + 5))
  python3 "$root/ops/benchmarks/reference/streams.py" "$port" $stream_seconds &
  load_pid=$!
  for _ in {1..50}; do
    ! curl -fsS "http://127.0.0.1:$port/count" >/dev/null 2>&1 || break
    sleep 0.1
  done
  times=$({ TIMEFORMAT='%U %S'; time "$loadtest" get "http://127.0.0.1:$port/" -c $streams -d 5s \
    --lag-max 1s --out "$folder/streams" >"$folder/streams.log" 2>&1; } 2>&1) \
    || { cat "$folder/streams.log"; fail "The streams failed"; }
  counts=$(curl -fsS "http://127.0.0.1:$port/count")
  kill "$load_pid" && wait "$load_pid" 2>/dev/null || true
  load_pid=''
  python3 - "$folder/streams/summary.json" "$times" "$counts" $streams <<'PYTHON' | tee "$folder/streams.txt"
import json, sys

summary, times, counts, asked = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3], int(sys.argv[4])
most, whole, theirs = counts.split()
ours = sum(map(float, times.split()))
print(f"{asked} streams: {most} open at once, {whole} sent whole, {summary['requests']['finished']} read whole;"
      f" CPU {ours / asked * 1e6:.0f} µs a stream, the server {float(theirs) / asked * 1e6:.0f} µs")
sys.exit(not int(most) == int(whole) == asked)
PYTHON
}
