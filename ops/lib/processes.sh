# Processes by identity, ports, and ending what is ours. A process is named by its id and the tick
# at which it was started, so that a reused id never gets our signal.
# shellcheck shell=bash

# Sets `tick` to the start of process $1; fails where it is gone or only waits to be reaped.
read_start() {
  local stat
  tick=
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name, in parentheses, may hold anything; what follows it is state, parent, …
  read -r -a stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] && tick=${stat[19]}
}

# is_running PID TICK
is_running() { [ -n "${1:-}" ] && [ -n "${2:-}" ] && read_start "$1" && [ "$tick" = "$2" ]; }

# record FILE PID: remembers a process for read_record.
record() {
  read_start "$2" || true
  printf '%s %s\n' "$2" "$tick" >"$1"
}

# Sets `pid` and `tick_then` from FILE; fails where that process does not run any more.
read_record() {
  pid='' tick_then=''
  [ -f "$1" ] && read -r pid tick_then <"$1" && is_running "$pid" "$tick_then"
}

# end_recorded SECONDS FILE…: asks all to end at once, waits, then kills what is left.
end_recorded() {
  local seconds=$1 file left
  shift
  for file in "$@"; do
    if read_record "$file"; then kill -TERM "$pid" 2>/dev/null || true; fi
  done
  for ((left = seconds * 20; left > 0; left--)); do
    local alive=
    for file in "$@"; do if read_record "$file"; then alive=yes; fi; done
    [ -n "$alive" ] || break
    sleep 0.05
  done
  for file in "$@"; do
    if read_record "$file"; then
      tell "$(basename "$file" .pid) does not end within $seconds s: killed"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$file"
  done
}

# Whether something listens on port $1 where 127.0.0.1 would reach it.
port_is_taken() {
  local hexadecimal local_address state rest
  printf -v hexadecimal ':%04X' "$1"
  while read -r _ local_address _ state rest; do
    [ "$state" = 0A ] || continue
    case $local_address in
      0100007F"$hexadecimal" | 00000000"$hexadecimal") return 0 ;;
      00000000000000000000000000000000"$hexadecimal") return 0 ;;
    esac
  done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  return 1
}

# end_session ID: ends every process of a session, whatever became of its parent.
end_session() {
  local file stat signal round
  for signal in TERM KILL; do
    for ((round = 0; round < 40; round++)); do
      local found=
      for file in /proc/[0-9]*/stat; do
        { read -r stat <"$file"; } 2>/dev/null || continue
        read -r -a stat <<<"${stat##*) }"
        if [ "${stat[3]}" = "$1" ] && [ "${stat[0]}" != Z ]; then
          found=yes
          file=${file#/proc/}
          [ "$round" -gt 0 ] || kill -"$signal" "${file%/stat}" 2>/dev/null || true
        fi
      done
      [ -n "$found" ] || return 0
      sleep 0.05
    done
  done
}
