#!/usr/bin/env bash
# Schemathesis against a running stack: no 5xx, no status and no shape that /openapi.json lacks.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
for part in processes postgres; do . "$root/ops/lib/$part.sh"; done

version=4.32.5
tools=$root/.run/tools/schemathesis-$version
if [ ! -x "$tools/bin/schemathesis" ]; then
  say "Installing schemathesis $version under .run/tools"
  rm -rf "$tools"
  python3 -m venv "$tools" || fail "Needed is: python3-venv"
  "$tools/bin/pip" install -q --disable-pip-version-check "schemathesis==$version"
fi

for ((attempt = 0; attempt < 100; attempt++)); do
  base=$((10000 + RANDOM % 20000))
  for port in $base $((base + 1)) $((base + 10)) $((base + 11)); do
    ! port_is_taken "$port" || continue 2
  done
  break
done
gateway=http://127.0.0.1:$base
find_state "stack-$base"
work=$(mktemp -d "${TMPDIR:-/tmp}/openapi.XXXXXX")
clean_up() {
  "$root/ops/down" --port-base "$base" >/dev/null 2>&1 || true
  rm -rf "$state" "$work"
}
trap clean_up EXIT
PHOENIX_RATE_LIMIT=off PHOENIX_LOGIN_LIMIT=off \
  "$root/ops/up" --detach --no-build --port-base "$base" >"$work/up" 2>&1 \
  || { cat "$work/up" >&2; fail "The stack does not come up"; }

# check DOCUMENT NAME OPTION…: one run as a family of its own, since some operations end the account.
examples=${PHOENIX_SCHEMATHESIS_EXAMPLES:-20}
check() {
  local document=$1 name=$2 cookie
  shift 2
  cookie=$(curl -sS -o /dev/null -D - -H 'Content-Type: application/json' \
    -d "{\"email\":\"schema-$name-$RANDOM$RANDOM@exemple.fr\",\"password\":\"quatre chevaux verts\"}" \
    "$gateway/api/auth/signup" | sed -n 's/^set-cookie: \(phoenix_session=[^;]*\).*/\1/Ip')
  [ -n "$cookie" ] || fail "No sign-up for schemathesis"
  "$tools/bin/schemathesis" run "$document" --url "$gateway" -H "Cookie: $cookie" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,unsupported_method \
    --max-examples "$examples" --seed 20261122 --request-timeout 30 --no-color \
    --suppress-health-check all "$@" >"$work/$name" 2>&1 \
    || return 1
  grep -E '^ *[0-9]+ generated' "$work/$name" || true
}
# held NAME OPTION…: nothing is found.
held() {
  local name=$1
  shift
  check "$gateway/openapi.json" "$name" "$@" \
    || { tail -n 150 "$work/$name" >&2; fail "schemathesis: $name"; }
}
cd "$work"

# The checks find what they are for: a status and a shape that the document lacks.
curl -sS "$gateway/openapi.json" >"$work/right.json"
python3 - <<'PYTHON'
import json
for name in ("status", "shape"):
    document = json.load(open("right.json"))
    if name == "status":
        del document["paths"]["/api/procedures"]["post"]["responses"]["422"]
    else:
        document["components"]["schemas"]["Procedure"]["properties"]["version"]["type"] = "string"
    json.dump(document, open(name + ".json", "w"))
PYTHON
notices() {
  ! check "$work/$1.json" "wrong-$1" --include-operation-id createProcedure \
    --phases examples,coverage || fail "schemathesis does not notice a wrong $1"
  grep -q "$2" "$work/wrong-$1" || { tail -n 60 "$work/wrong-$1" >&2; fail "another fault than $1"; }
}
notices status 'Undocumented.* status code'
notices shape 'Response violates schema'

# A live stream has no end; RealtimeTests hold it.
held reads --include-method GET --exclude-operation-id realtime --phases examples,coverage,fuzzing
held writes --exclude-method GET --phases examples,coverage,fuzzing \
  --exclude-operation-id deleteAccount --exclude-operation-id logOut \
  --exclude-operation-id logoutForm
held leaving --include-operation-id logOut --include-operation-id logoutForm \
  --phases examples,coverage
held deleting --include-operation-id deleteAccount --phases examples,coverage
say "schemathesis found nothing"
