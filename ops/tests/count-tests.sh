#!/usr/bin/env bash
# The closing line of ops/test: a crash, a run of nothing and a broken line must not pass.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib/project.sh"
. "$root/ops/lib/swift-testing.sh"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# expect WHAT STATUS "PASSED FAILED SKIPPED", with the log on standard input.
expect() {
  cat >"$log"
  count_tests "$log" "$2" >/dev/null
  [ "$passed $failed $skipped" = "$3" ] || fail "$1: counted $passed $failed $skipped, not $3"
}

expect "all passed" 0 "3 0 0" <<'TEXT'
◇ Test run started.
◇ Test a() started.
◇ Test case passing 1 argument n → 1 to b(_:) started.
✔ Test a() passed after 0.001 seconds.
✔ Test b(_:) with 3 test cases passed after 0.001 seconds.
━ Test c() passed after 0.001 seconds with 1 known issue.
✔ Test run with 3 tests in 1 suite passed after 0.002 seconds with 1 known issue.
TEXT

expect "one failed, one skipped" 1 "1 1 1" <<'TEXT'
✘ Test a() recorded an issue at A.swift:1:1: Expectation failed: "failed after 3 seconds"
✘ Test a() failed after 0.001 seconds with 1 issue.
➜ Test b() skipped: "not here"
✔ Test "it passed after all" passed after 0.001 seconds.
✘ Test run with 3 tests in 1 suite failed after 0.002 seconds with 1 issue.
TEXT

expect "a process of the test breaks a line" 0 "2 0 0" <<'TEXT'
✔ Test a() passed after 0.001 seconds.
{"msg":"x"✔ Test b() passed after 0.001 seconds.}
✔ Test run with 2 tests in 1 suite passed after 0.002 seconds.
TEXT

expect "the process crashed" 1 "1 2 0" <<'TEXT'
◇ Test run started.
◇ Test a() started.
◇ Test b() started.
◇ Test c() started.
✔ Test b() passed after 0.001 seconds.
*** Program crashed: Bad pointer dereference
TEXT

expect "it ended badly after its summary" 139 "1 1 0" <<'TEXT'
✔ Test a() passed after 0.001 seconds.
✔ Test run with 1 test in 1 suite passed after 0.002 seconds.
TEXT

expect "nothing matched" 0 "0 1 0" <<'TEXT'
✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.
TEXT

expect "nothing started" 1 "0 1 0" <<<"error: no such module"
