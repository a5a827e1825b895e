# Reading what Swift Testing prints.
# shellcheck shell=bash

# Keeps failures, ends of suites and of the run; thousands of lines say that something began.
without_noise() {
  grep --line-buffered -vE '^(◇ |↳ |\[[0-9]+/[0-9]+\] |. Test .* passed after |. Test case )' || true
}

# count_tests LOG STATUS: sets `passed`, `failed`, `skipped`. A test that began and did not end has
# failed, and so has a run that did not come to its summary, ran nothing, or ended badly otherwise.
count_tests() {
  local summary total began ended
  # Cases of one test are not tests, and the run itself ends like one.
  local tests
  tests=$(grep -E '^[^ ]+ +Test ' "$1" | grep -vE '^[^ ]+ +Test (case|run) ' || true)
  passed=$(grep -cE ' passed after [0-9.]+ seconds' <<<"$tests" || true)
  failed=$(grep -cE ' failed after [0-9.]+ seconds' <<<"$tests" || true)
  skipped=$(grep -cE '^➜ ' <<<"$tests" || true)
  summary=$(grep -oE 'Test run with [0-9]+ tests?.* (passed|failed) after' "$1" | tail -n 1 || true)
  if [ -n "$summary" ]; then
    total=$(grep -oE '[0-9]+' <<<"$summary" | head -n 1)
    # A line that another process's output broke is not a test less.
    passed=$((total - failed - skipped))
    if [ "$total" -eq 0 ]; then
      say "No test ran"
      failed=1
    fi
  else
    began=$(grep -cE '^◇ .* started\.$' <<<"$tests" || true)
    ended=$((began - passed - failed))
    say "The run ended with status $2 before its summary; $ended tests had not ended:"
    comm -23 <(sed -nE 's/^◇ +Test (.*) started\.$/\1/p' <<<"$tests" | sort) \
      <(sed -nE 's/^[^ ]+ +Test (.*) (passed|failed) after .*/\1/p' <<<"$tests" \
        | sed -E 's/ with [0-9]+ test cases?$//' | sort) | head -n 20
    failed=$((failed + (ended > 0 ? ended : 1)))
  fi
  if [ "$2" -ne 0 ] && [ "$failed" -eq 0 ]; then
    say "The run ended with status $2"
    failed=1
  fi
}
