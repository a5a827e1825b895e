# The supervisor of ops/up: starts everything, starts again what dies, ends everything in order.
# It runs in one shell that forks nothing while all is well. It uses the variables of ops/up:
# state, workers, base, gateway_port, admin_port, worker_port, simulator and its ports.
# shellcheck shell=bash disable=SC2154

# Seconds: to get ready, to drain before a kill, the longest pause, a life that clears the pause.
ready_within=60 end_within=60 pause_longest=10 life_long=30
# A program that ends by itself so often before the first readiness will not come up at all.
early_ends_max=3
log_bytes_max=67108864

worker_names() {
  local index
  for ((index = 0; index < workers; index++)); do printf 'worker-%d\n' "$index"; done
}

check_ports() {
  local port index
  local ports=("$gateway_port" "$admin_port")
  for ((index = 0; index < workers; index++)); do ports+=($((worker_port + index))); done
  [ -z "${simulator:-}" ] || ports+=("$simulator_port" "$simulator_side_port")
  for port in "${ports[@]}"; do
    ! port_is_taken "$port" || fail "Port $port is in use. End what listens there, or start a" \
      "stack on other ports: ops/up --port-base 4000"
  done
}

# What a supervisor left that was killed itself.
end_leftovers() {
  local found='' file
  for file in "$state"/gateway.pid "$state"/worker-*.pid "$state/simulator.pid" "$state"/pg.pid; do
    if read_record "$file"; then found=yes; fi
  done
  if [ -n "$found" ]; then
    tell "Ending what an earlier run left"
    end_everything
  fi
  rm -f "$state"/*.pid "$state/ready"
}

end_everything() {
  end_recorded "$end_within" "$state/gateway.pid"
  # None of them serves anybody now, so all may end at once.
  end_recorded "$end_within" "$state"/worker-*.pid
  end_recorded "$end_within" "$state/simulator.pid"
  stop_postgres "$state"
  rm -f "$state/pg.pid"
}

# run NAME command…: in a session of its own, so that Ctrl-C reaches only the supervisor.
run() {
  local name=$1
  shift
  setsid "$@" >>"$state/log/$name.log" 2>&1 </dev/null 9>&- &
  process_of[$name]=$!
  record "$state/$name.pid" "$!"
  began[$name]=$EPOCHSECONDS
}

# Each program gets the settings that are its own: secrets of the gateway stay out of the workers.
start_part() {
  local common=(env -u PORT -u PHOENIX_TEST_BIN -u PHOENIX_OWNER_DATABASE_URL)
  case $1 in
    worker-*)
      mkdir -p "$state/cache"
      # A cache of its own for each; a setting of yours names one file for all, so it is not taken.
      local own=(PHOENIX_ENV=development PHOENIX_PORT=$((worker_port + ${1#worker-}))
        PHOENIX_CACHE_SNAPSHOT="$state/cache/$1.json"
        PHOENIX_EMBEDDING_CACHE="$state/cache/vectors.bin")
      if [ -n "${simulator:-}" ]; then
        # What the simulator answered is no answer for later.
        own+=(PHOENIX_CACHE_SNAPSHOT= PHOENIX_EMBEDDING_CACHE= GEMINI_API_KEY_FILE= GEMINI_API_KEY=simulator
          GEMINI_BASE_URL="http://127.0.0.1:$simulator_port")
      fi
      run "$1" "${common[@]}" -u DATABASE_URL -u PHOENIX_SECRET_KEY -u PHOENIX_HOST \
        -u SUPABASE_SECRET_KEY -u SUPABASE_SECRET_KEY_FILE -u SUPABASE_JWT_SECRET \
        -u SUPABASE_JWT_SECRET_FILE \
        -u PHOENIX_LOG_DIR "${own[@]}" "$(program phoenix-worker)"
      ;;
    simulator)
      run simulator "${common[@]}" "$(program gemini-simulator)" --port "$simulator_port" \
        --side-port "$simulator_side_port"
      ;;
    gateway)
      run gateway "${common[@]}" "${gateway_environment[@]}" "$(program phoenix-gateway)"
      ;;
    pg)
      # In a subshell: a start that fails ends the supervisor only where the caller says so.
      began[pg]=$EPOCHSECONDS
      (start_postgres "$state" && record_postgres "$state") 9>&- 2>&1
      ;;
  esac
}

# 32 bytes that sign sessions: made once, or everybody would be signed out by a restart.
make_secret_key() {
  if [ ! -s "$state/secret.key" ]; then
    (umask 077 && head -c 32 /dev/urandom | base64 -w 0 >"$state/secret.key.new")
    mv "$state/secret.key.new" "$state/secret.key"
  fi
}

prepare_gateway_environment() {
  local urls='' index
  for ((index = 0; index < workers; index++)); do
    urls+=${urls:+,}http://127.0.0.1:$((worker_port + index))
  done
  gateway_environment=(PHOENIX_ENV=development PHOENIX_PORT="$gateway_port" PHOENIX_ADMIN_PORT="$admin_port"
    PHOENIX_AI_WORKERS="$urls"
    DATABASE_URL="${DATABASE_URL:-$(database_url "$state" gateway)}")
  # A further stack keeps its request log beside its other logs, where load tests count its lines.
  if [ -n "$base" ]; then
    mkdir -p "$state/log/gateway"
    gateway_environment+=(PHOENIX_LOG_DIR="$state/log/gateway")
  fi
  if [ -z "${PHOENIX_SECRET_KEY:-}${PHOENIX_SECRET_KEY_FILE:-}" ]; then
    make_secret_key
    gateway_environment+=(PHOENIX_SECRET_KEY_FILE="$state/secret.key")
  fi
}

supervise() {
  # PostgreSQL's own processes need a moment to notice that their parent died.
  declare -gA pause_first=([pg]=1) pause=([pg]=1)
  declare -gA process_of=() began=() due=() early_ends=()
  local has_own_database=yes name
  [ -z "${DATABASE_URL:-}" ] || has_own_database=
  record "$state/supervisor.pid" $$
  # Signals during a foreground command take effect when it has ended.
  trap 'exit 0' INT TERM HUP
  trap end_in_order EXIT
  # Without this a busy gateway would meet the usual limit of 1024 open files.
  ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
  if [ -n "$has_own_database" ]; then
    tell "Starting PostgreSQL ($state/pg)"
    start_part pg
  else
    tell "Using the PostgreSQL of DATABASE_URL"
  fi
  "$root/ops/migrate" "${PHOENIX_OWNER_DATABASE_URL:-$(database_url "$state" phoenix_owner)}" 9>&-
  prepare_gateway_environment
  # The shell comments on every job that a signal ends; `died` says it better.
  exec 2>>"$state/log/supervisor.log"
  tell "Starting $workers worker$([ "$workers" = 1 ] || echo s) and the gateway"
  local parts=()
  [ -z "${simulator:-}" ] || parts+=(simulator)
  while read -r name; do parts+=("$name"); done < <(worker_names)
  parts+=(gateway)
  for name in "${parts[@]}"; do start_part "$name"; done
  [ -z "$has_own_database" ] || parts=(pg "${parts[@]}")
  watch "${parts[@]}"
}

end_in_order() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  rm -f "$state/ready"
  tell "Stopping the gateway, then the workers, then PostgreSQL"
  end_everything
  rm -f "$state/supervisor.pid"
  tell "Stopped"
  exit "$status"
}

# watch PART…: twice a second looks whether each part runs. What died is started again at once, then
# after a pause that doubles; after a good while of life the next death counts as the first again.
watch() {
  local name shown='' is_ready='' looked_at_logs=$EPOCHSECONDS
  local deadline=$((EPOCHSECONDS + ready_within))
  # A pipe that nobody writes to: `read` with a limit is a pause without a process.
  local pipe=$state/pipe
  rm -f "$pipe"
  mkfifo "$pipe"
  exec 8<>"$pipe"
  rm -f "$pipe"
  while true; do
    read -r -t 0.5 -u 8 || true
    for name in "$@"; do
      if read_record "$state/$name.pid"; then
        [ $((EPOCHSECONDS - began[$name])) -lt "$life_long" ] || pause[$name]=${pause_first[$name]:-0}
      else
        died "$name" "$is_ready"
      fi
    done
    if [ -z "$is_ready" ]; then
      if look_at_readiness; then
        is_ready=yes
        describe >"$state/ready.new"
        mv "$state/ready.new" "$state/ready"
        cat "$state/ready"
      elif [ "$waits_for" != "$shown" ]; then
        tell "Waiting: $waits_for"
        shown=$waits_for
      elif [ "$EPOCHSECONDS" -ge "$deadline" ]; then
        give_up "Not ready within $ready_within s: $waits_for"
      fi
    elif [ $((EPOCHSECONDS - looked_at_logs)) -ge 60 ]; then
      looked_at_logs=$EPOCHSECONDS
      shorten_logs
    fi
  done
}

# died NAME IS_READY: says so once, and starts it again when its pause is over.
died() {
  local name=$1 status=0 how text=''
  if [ -z "${due[$name]:-}" ]; then
    how=''
    if [ -n "${process_of[$name]:-}" ]; then
      wait "${process_of[$name]}" 2>/dev/null || status=$?
      process_of[$name]=''
      if [ "$status" -gt 128 ]; then how=" by signal $((status - 128))"; else how=" with $status"; fi
    fi
    due[$name]=$((EPOCHSECONDS + ${pause[$name]:-0}))
    if [ "${pause[$name]:-0}" -gt 0 ]; then text=" in ${pause[$name]} s"; fi
    tell "$name ended$how; it is started again$text (log: $(log_of "$name"))"
    if [ -z "$2" ]; then
      tail -n 1 "$(log_of "$name")" 2>/dev/null | cut -c 1-500 || true
      early_ends[$name]=$((${early_ends[$name]:-0} + 1))
      [ "${early_ends[$name]}" -lt "$early_ends_max" ] \
        || give_up "$name does not come up"
    fi
  fi
  [ "$EPOCHSECONDS" -ge "${due[$name]}" ] || return 0
  due[$name]=''
  pause[$name]=$((${pause[$name]:-0} == 0 ? 1 : pause[$name] * 2))
  [ "${pause[$name]}" -le "$pause_longest" ] || pause[$name]=$pause_longest
  start_part "$name" || true
}

give_up() {
  tell "$1. The logs are in $state/log"
  exit 1
}

log_of() { if [ "$1" = pg ]; then printf '%s' "$state/pg/log"; else printf '%s' "$state/log/$1.log"; fi; }

# Whether /readyz says ready; else sets `waits_for`.
look_at_readiness() {
  local text
  waits_for="the gateway does not answer on port $gateway_port yet"
  text=$(curl -s -m 2 "http://127.0.0.1:$gateway_port/readyz" 2>/dev/null 8>&- 9>&-) || return 1
  [[ $text != *'"status":"ready"'* ]] || return 0
  waits_for="/readyz says $text"
  # Latencies differ from look to look; without them the same state is said once.
  while [[ $waits_for =~ ,\"latency_ms\":[0-9.e-]+ ]]; do
    waits_for=${waits_for/"${BASH_REMATCH[0]}"/}
  done
  return 1
}

# Standard output of the programs has no end: a file over its bound is kept once and emptied. They
# append, so that they go on at its new end.
shorten_logs() {
  local file
  while IFS= read -r file; do
    tail -c 1048576 "$file" >"$file.old"
    : >"$file"
  done < <(find "$state/log" -name '*.log' -size +"$log_bytes_max"c 8>&- 9>&-)
}

describe() {
  local gateway=http://127.0.0.1:$gateway_port cookies=/tmp/phoenix-cookies-$gateway_port
  local admin=http://127.0.0.1:$admin_port
  cat <<TEXT

PhoenixCare is ready.
  gateway   $gateway   (readiness: $gateway/readyz)
  metrics   $admin/metrics
  logs      $state/log
${simulator:+  simulator http://127.0.0.1:$simulator_port   (counts: http://127.0.0.1:$simulator_side_port/counts)
}Sign up and ask a first question:
  curl -s -c $cookies -H 'Content-Type: application/json' $gateway/api/auth/signup \\
    -d "{\"email\":\"famille-\$RANDOM@exemple.fr\",\"password\":\"un long mot de passe\"}"
  curl -s -b $cookies -H 'Content-Type: application/json' $gateway/api/chat/message \\
    -d "{\"message\":\"Quel est le montant de l'AAH ?\"}"

TEXT
}
