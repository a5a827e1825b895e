#!/usr/bin/env bash
# .env: quotes, comments, what the environment says, and a line that is none.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
. "$root/ops/lib/settings.sh"

file=$(mktemp)
trap 'rm -f "$file"' EXIT
expect() { [ "$2" = "$3" ] || fail "$1: '$2' where '$3' was expected"; }

printf '%s\n' '# a comment' '' 'T_PLAIN=a=b' 'T_SPACE = no' >"$file"
if (read_env_file "$file") 2>/dev/null; then fail "a line with a space in its name was taken"; fi

printf '%s\n' '# a comment' '' 'T_PLAIN=a=b' '  export T_EXPORT=x' 'T_DOUBLE="two words" # why' \
  "T_SINGLE='\$HOME \"q\"'" 'T_COMMENT=200/15m   # why' 'T_HASH=a#b' 'T_EMPTY=' \
  $'T_CR=value\r' 'T_GIVEN=file' 'T_SECRET=file' 'T_ONLY_COMMENT= # why' >"$file"
printf 'T_LAST=no newline' >>"$file"
T_GIVEN=environment T_SECRET_FILE=/run/secret
read_env_file "$file"
expect plain "$T_PLAIN" a=b
expect export "$T_EXPORT" x
expect double "$T_DOUBLE" "two words"
expect single "$T_SINGLE" "\$HOME \"q\""
expect comment "$T_COMMENT" 200/15m
expect hash "$T_HASH" 'a#b'
expect empty "$T_EMPTY" ''
expect "carriage return" "$T_CR" value
expect "the environment wins" "$T_GIVEN" environment
expect "a secret from a file wins" "${T_SECRET-unset}" unset
expect "nothing but a comment" "$T_ONLY_COMMENT" ''
expect last "$T_LAST" "no newline"
[ "$(bash -c 'echo "${T_PLAIN-}"')" = a=b ] || fail "values are not exported"
