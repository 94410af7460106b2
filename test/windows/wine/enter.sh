#!/usr/bin/env bash
# enter.sh IMAGE CHECKOUT OUT ARGUMENTS...: runs vitest of Windows over a checkout, in Wine. What it prints goes to OUT/log,
# since pipes of this system are no pipes to Wine, and OUT is Z:\out. Neither the image nor the checkout is changed; all
# processes end with this one. Needs root.
set -euo pipefail

exec unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
  image=$1 checkout=$2 out=$3
  shift 3
  # What is written is in memory, and is gone with these mounts.
  mkdir "$out/mnt"
  mount -t tmpfs tmpfs "$out/mnt"
  cd "$out/mnt"
  mkdir root {root,work}.{upper,own}
  mount -t overlay -o "lowerdir=$image,upperdir=root.upper,workdir=root.own" overlay root
  mount -t overlay -o "lowerdir=$checkout,upperdir=work.upper,workdir=work.own" overlay root/work
  mount --bind root/npm root/work/node_modules
  mount --bind "$out" root/out
  mount -t tmpfs tmpfs root/tmp
  mount -t proc proc root/proc
  mount --rbind /dev root/dev
  exec chroot root /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root XDG_RUNTIME_DIR=/tmp LC_ALL=C.UTF-8 \
    WINEPREFIX=/wine WINEDEBUG=-all CI="${CI-}" BUILD_ONCE_TEST_ROUNDS="${BUILD_ONCE_TEST_ROUNDS-}" \
    bash -c "cd /work && exec wine-stable /node.exe node_modules/vitest/vitest.mjs \"\$@\" >/out/log 2>&1 </dev/null" vitest "$@"
' enter "$@"
