# A job of a runner that claims, publishes, wants the same again and ends, step by step. It stays until its end, as a
# runner's worker does, for the keeper lives as long as it. Prints a line for each step: a word, and milliseconds.
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
