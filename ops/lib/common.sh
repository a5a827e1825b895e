# Shared by the scripts in ops/: messages, packages, the build, a private PostgreSQL.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Installs what is missing of the named Debian packages, or says the one line that would.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' \
      || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null \
      || fail "Missing packages. Run: sudo apt-get install --no-install-recommends ${missing[*]}"
    sudo=(sudo -n)
  fi
  say "Installing ${missing[*]}"
  # Debian's own cluster on 5432 is neither made nor touched on our account.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${sudo[@]}" mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' \
      | "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null \
    || fail "Installing failed. Try: apt-get install --no-install-recommends ${missing[*]}"
}

build_packages=(libcurl4-openssl-dev libpq-dev libssl-dev zlib1g-dev pkg-config)
run_packages=(postgresql-15 postgresql-client-15 curl)

# The one build shape of the project: release, tests included, in .build.
build() {
  command -v swift >/dev/null || fail "Swift 6 is not on the PATH: see https://www.swift.org/install"
  say "Building (the first time takes some minutes)"
  (cd "$root" && swift build -c release --build-tests) || fail "The build failed."
}

bin_directory() { printf '%s' "${PHOENIX_BIN:-$root/.build/release}"; }

# A directory for the state NAME that PostgreSQL's user may enter and whose socket path fits.
state_directory() {
  local wanted=$root/.run/$1 parent=$root/.run
  mkdir -p "$parent"
  if [ "$(id -u)" -eq 0 ] && ! runuser -u postgres -- test -x "$parent" 2>/dev/null; then
    wanted=
  elif [ ${#wanted} -gt 80 ]; then
    wanted=
  fi
  if [ -z "$wanted" ]; then
    wanted=/var/tmp/phoenixcare-$(printf '%s' "$root" | sha256sum | cut -c1-12)/$1
    mkdir -p "$(dirname "$wanted")"
    say "State is kept in $wanted: PostgreSQL cannot use a directory in the clone" >&2
  fi
  mkdir -p "$wanted"
  printf '%s' "$wanted"
}

pg_bin=/usr/lib/postgresql/15/bin

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# Starts the private cluster in $1 (made if new): unix socket only, no TCP, trust for its directory.
start_postgres() {
  local directory=$1
  mkdir -p "$directory/pg"
  [ "$(id -u)" -ne 0 ] || chown postgres "$directory/pg"
  if [ ! -e "$directory/pg/data/PG_VERSION" ]; then
    # A cluster that was interrupted while it was made is made again: nothing was in it.
    rm -rf "$directory/pg/data"
    as_postgres "$pg_bin/initdb" -D "$directory/pg/data.new" -U phoenix_owner --auth=trust \
      -E UTF8 --locale=C.UTF-8 --data-checksums >/dev/null || {
      rm -rf "$directory/pg/data.new"
      fail "initdb failed"
    }
    mv "$directory/pg/data.new" "$directory/pg/data"
  fi
  if ! as_postgres "$pg_bin/pg_ctl" -D "$directory/pg/data" status >/dev/null 2>&1; then
    as_postgres "$pg_bin/pg_ctl" -D "$directory/pg/data" -w -t 60 -s -l "$directory/pg/log" \
      -o "-c listen_addresses='' -c unix_socket_directories='$directory/pg' -p 5432 -c max_connections=100" \
      start </dev/null >/dev/null 2>&1 || {
      tail -5 "$directory/pg/log" >&2
      fail "PostgreSQL does not start"
    }
  fi
  if ! database_exists "$directory"; then
    psql -X -q -d "$(database_url "$directory" phoenix_owner postgres)" \
      -c 'create database phoenixcare' || fail "the database cannot be made"
  fi
}

database_exists() {
  [ "$(psql -X -A -t -d "$(database_url "$1" phoenix_owner postgres)" \
    -c "select 1 from pg_database where datname = 'phoenixcare'" 2>/dev/null)" = 1 ]
}

stop_postgres() {
  [ -e "$1/pg/data/postmaster.pid" ] || return 0
  as_postgres "$pg_bin/pg_ctl" -D "$1/pg/data" -w -t 60 -s -m fast stop >/dev/null 2>&1 || true
}

# URL of the cluster in $1 as role $2, database $3.
database_url() {
  printf 'postgresql://%s@/%s?host=%s&port=5432' "$2" "${3:-phoenixcare}" "$1/pg"
}

# Whether the process $1 is the one that was started at $2 (field 22 of its stat).
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() { [ -n "$1" ] && [ -n "$2" ] && [ "$(started_at "$1")" = "$2" ]; }
