# Does what probes/lock.ts does, with flock(1) as scripts use it: the lock is on a descriptor, and ends when that is closed.
file=$1
open() { exec 9>"$file"; }
ms() { echo "$1 ${2%.*}${2#*.}" | sed 's/...$/.&/'; }
open
echo ready
while read -r verb count; do
  case $verb in
    hold) flock 9; echo held ;;
    release) at=$EPOCHREALTIME; exec 9>&-; ms released "$at"; open ;;
    wait | take) echo waiting; flock 9; at=$EPOCHREALTIME; exec 9>&-; ms woke "$at"; open ;;
    pairs)
      took=
      for ((index = 0; index < count; index++)); do
        start=${EPOCHREALTIME/./}
        flock "$file" true
        end=${EPOCHREALTIME/./}
        took="$took $(((end - start) / 1000)).$(printf %03d $(((end - start) % 1000)))"
      done
      echo "pairs$took"
      ;;
  esac
done
