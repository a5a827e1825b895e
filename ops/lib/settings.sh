# .env in development: NAME=value lines. What the environment says already wins.
# shellcheck shell=bash

read_env_file() {
  local line number=0 name value
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] \
      || fail "$1:$number is no NAME=value line"
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    if [[ $value =~ ^\"([^\"]*)\"[[:space:]]*(#.*)?$ || $value =~ ^\'([^\']*)\'[[:space:]]*(#.*)?$ ]]; then
      value=${BASH_REMATCH[1]}
    elif [[ $value =~ ^([^#]*[^#[:space:]])?[[:space:]]+#.*$ ]]; then
      value=${BASH_REMATCH[1]}
    elif [[ $value =~ ^(.*[^[:space:]])[[:space:]]+$ ]]; then
      value=${BASH_REMATCH[1]}
    fi
    # A secret from a file is said by NAME_FILE, which is the same setting.
    local file=${name}_FILE
    if [ -z "${!name+set}" ] && [ -z "${!file+set}" ]; then export "$name=$value"; fi
  done <"$1"
}
