# Debian packages: installed where the system needs them, only unpacked where tests do.
# shellcheck shell=bash

build_packages=(libcurl4-openssl-dev libpq-dev libssl-dev zlib1g-dev pkg-config)
# The others read letters: poppler-utils PDF, netpbm and webp images, tesseract their text; prlimit
# (util-linux) bounds all of them.
run_packages=(postgresql-15 postgresql-client-15 curl util-linux poppler-utils netpbm webp
  tesseract-ocr tesseract-ocr-fra)

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages NAME…: installs what is missing, or says the one line that would, and ends.
need_packages() {
  local missing=() package as_root=()
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  local line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null || fail "This is no Debian. Needed are: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "Packages are missing. Run: sudo sh -c '$line'"
    as_root=(sudo -n)
  fi
  say "Installing ${missing[*]}"
  # The package would make a cluster on port 5432 and start it; ours is private and beside it.
  # A cluster that is there already is not touched by this.
  local fragment=/etc/postgresql-common/createcluster.d/phoenixcare.conf
  "${as_root[@]}" mkdir -p "${fragment%/*}"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$fragment" >/dev/null
  local status=0
  "${as_root[@]}" apt-get update -qq </dev/null || status=$?
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" </dev/null >/dev/null || status=$?
  "${as_root[@]}" rm -f "$fragment"
  for package in "${missing[@]}"; do
    is_installed "$package" || fail "Installing failed (status $status). Run as root: $line"
  done
}

# unpacked PACKAGE PATH: sets `tool` to PATH of a package that only tests need. An installed one is
# used as it is; else it is unpacked under .run/tools, so that no daemon of it starts.
unpacked() {
  tool=/$2
  [ ! -e "$tool" ] || return 0
  tool=$root/.run/tools/$1/$2
  [ ! -e "$tool" ] || return 0
  say "Unpacking $1 (only used from .run/tools)" >&2
  local fresh
  mkdir -p "$root/.run/tools"
  fresh=$(mktemp -d "$root/.run/tools/new.XXXXXX")
  # Root downloads as _apt, which may not write here; the warning about that is of no use.
  if ! (cd "$fresh" && apt-get download -qq "$1" >/dev/null 2>&1); then
    if [ "$(id -u)" -eq 0 ]; then apt-get update -qq >/dev/null 2>&1; fi
    (cd "$fresh" && apt-get download -qq "$1" >/dev/null) || {
      rm -rf "$fresh"
      fail "The package $1 cannot be downloaded; run 'apt-get update' as root and try again"
    }
  fi
  mkdir "$fresh/root"
  dpkg -x "$fresh"/*.deb "$fresh/root"
  rm -rf "$root/.run/tools/$1"
  mv "$fresh/root" "$root/.run/tools/$1"
  rm -rf "$fresh"
  [ -e "$tool" ] || fail "The package $1 holds no $2"
}
