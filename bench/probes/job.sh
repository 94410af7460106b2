# Runs the steps of a job: claim, publish, a claim that reuses, and the post step. The script lives until the end, as the
# worker of a runner does, because the keeper ends with it. Prints a line for each step: a word, and milliseconds.
node=$1
guard=$2
ticket() { sed -n '/^claim<</{n;p;q}' "$GITHUB_OUTPUT"; }
step() {
  local name=$1 start end
  shift
  start=${EPOCHREALTIME/./}
  "$node" "$@" >"$RUNNER_TEMP/log" 2>&1 || { echo "$name ended with $?:" >&2; cat "$RUNNER_TEMP/log" >&2; exit 1; }
  end=${EPOCHREALTIME/./}
  printf '%s %d.%03d\n' "$name" $(((end - start) / 1000)) $(((end - start) % 1000))
}
step nothing -e 0
: >"$GITHUB_OUTPUT"
step claimed "$guard/claim.js"
grep -qx claimed "$GITHUB_OUTPUT" || { echo 'claim did not claim' >&2; exit 1; }
INPUT_CLAIM=$(ticket)
export INPUT_CLAIM STATE_claim=$INPUT_CLAIM
step published "$guard/publish.js"
: >"$GITHUB_OUTPUT"
step reused "$guard/claim.js"
grep -qx reused "$GITHUB_OUTPUT" || { echo 'claim did not reuse' >&2; exit 1; }
step post "$guard/claim-post.js"
