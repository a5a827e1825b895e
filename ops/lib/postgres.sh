# The private PostgreSQL clusters: state directories, start, stop, URLs.
# shellcheck shell=bash

pg_bin=/usr/lib/postgresql/15/bin
# The socket's file name ends in the port; nothing listens on TCP.
pg_port=5432

# As root PostgreSQL refuses to run: its package brought a user for it.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# Sets `state` to the directory of the stack $1: .run/NAME, or one elsewhere where PostgreSQL's user
# may not enter the clone or the socket's path would pass the 107 bytes that a sockaddr_un holds.
find_state() {
  local base=$root/.run socket LC_ALL=C
  mkdir -p "$base"
  # A private umask must not keep PostgreSQL's user out of our own folder.
  if [ -O "$base" ]; then chmod a+x "$base"; fi
  socket=$base/$1/pg/.s.PGSQL.$pg_port
  state_note=
  if [ "${#socket}" -gt 107 ]; then
    state_note="a socket's path would be ${#socket} bytes long (107 are possible)"
  elif [[ $base == *[\"\\\$\`,]* ]]; then
    state_note="PostgreSQL's tools do not take all characters of $base"
  elif [ "$(id -u)" -eq 0 ] && ! as_postgres test -x "$base" 2>/dev/null; then
    state_note="the user postgres may not enter $base"
  fi
  if [ -n "$state_note" ]; then
    base=/var/tmp/phoenixcare-$(printf '%s' "$root" | sha256sum | cut -c 1-12)
    # Others may write in /var/tmp: what is there has to be ours.
    mkdir -m 711 "$base" 2>/dev/null || [ -O "$base" ] && [ ! -L "$base" ] \
      || fail "$base belongs to somebody else"
    state_note="State is kept in $base/$1: $state_note."
  fi
  state=$base/$1
  mkdir -p "$state"
  chmod a+x "$state"
}

# start_postgres DIRECTORY [-c setting…]: makes the cluster where it is new, and the database.
start_postgres() {
  local directory=$1 data=$1/pg/data
  shift
  # 0700: whoever may enter it is who may log in, as any role, without a password.
  mkdir -p "$directory/pg"
  chmod 700 "$directory/pg"
  [ "$(id -u)" -ne 0 ] || chown postgres: "$directory/pg"
  if [ ! -e "$data" ]; then
    # Made under another name first: what was interrupted is made again, and held nothing.
    rm -rf "$data.new"
    as_postgres "$pg_bin/initdb" -D "$data.new" -U phoenix_owner --auth=trust -E UTF8 \
      --locale=C.UTF-8 --data-checksums >"$directory/initdb.log" 2>&1 \
      || { cat "$directory/initdb.log" >&2; fail "initdb failed"; }
    mv "$data.new" "$data"
  fi
  if ! "$pg_bin/pg_isready" -q -h "$directory/pg" -p "$pg_port"; then
    # The outer quotes are for the shell that pg_ctl starts, the inner ones for PostgreSQL.
    as_postgres "$pg_bin/pg_ctl" -D "$data" -s -w -t 60 -l "$directory/pg/log" -o \
      "-c listen_addresses='' -c unix_socket_directories='\"${directory//\'/\'\\\'\'}/pg\"' \
       -c port=$pg_port $*" start </dev/null >/dev/null 2>&1 \
      || { tail -n 5 "$directory/pg/log" >&2; fail "PostgreSQL does not start"; }
  fi
  local owner
  owner=$(database_url "$directory" phoenix_owner postgres)
  if [ "$(psql -X -A -t -d "$owner" \
    -c "select 1 from pg_database where datname = 'phoenixcare'")" != 1 ]; then
    psql -X -q -v ON_ERROR_STOP=1 -d "$owner" -c 'create database phoenixcare' \
      || fail "The database cannot be made"
  fi
}

stop_postgres() {
  local data=$1/pg/data
  [ -e "$data/postmaster.pid" ] || return 0
  as_postgres "$pg_bin/pg_ctl" -D "$data" -s -w -t 60 -m fast stop >/dev/null 2>&1 \
    || as_postgres "$pg_bin/pg_ctl" -D "$data" -s -w -t 30 -m immediate stop >/dev/null 2>&1 \
    || true
}

# Remembers the server of the cluster in $1 for read_record.
record_postgres() {
  local server
  read -r server < <(as_postgres head -n 1 "$1/pg/data/postmaster.pid") && record "$1/pg.pid" "$server"
}

# database_url DIRECTORY ROLE [DATABASE]
database_url() {
  printf 'postgresql://%s@/%s?host=%s&port=%s' "$2" "${3:-phoenixcare}" \
    "$(percent_encoded "$1/pg")" "$pg_port"
}

percent_encoded() {
  local LC_ALL=C text=$1 index character
  for ((index = 0; index < ${#text}; index++)); do
    character=${text:index:1}
    case $character in
      [a-zA-Z0-9/._~-]) printf '%s' "$character" ;;
      # Bytes above 127 come as negative numbers.
      *) printf '%%%02X' "$(($(printf '%d' "'$character") & 255))" ;;
    esac
  done
}
