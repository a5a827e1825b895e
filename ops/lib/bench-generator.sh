# What the load tester costs a request, beside wrk on the same URL, and how it carries many streams:
# the part of ops/bench that is `ops/bench --generator`. It uses `folder`, `nginx_port`, `rounds`,
# `seconds` of ops/bench, whose nginx runs.
# shellcheck shell=bash disable=SC2154

# As the design allows.
generator_ratio_max=2.0

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
    cpu_us "$loadtest" get "$url" -c 32 -d "${seconds}s" --quiet
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
