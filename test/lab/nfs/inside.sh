#!/usr/bin/env bash
# The first process of the guest: one disk served by NFS, two clients that mount it and share no cache, and a command over both.
# It tells `ready`, then `exit N`, on a line of its own to the host; what the command prints goes another way.

# port NAME: the device of that name. The kernel adds ports a moment after it has loaded their driver, on a loaded machine
# after seconds, and no event reaches a process without udev: so it looks again for 60 s.
port() {
  local name device
  for _ in {1..600}; do
    for name in /sys/class/virtio-ports/*/name; do
      [[ -e $name && $(<"$name") == "$1" ]] || continue
      device=/dev/$(basename "${name%/name}")
      [[ -c $device ]] && echo "$device" && return
    done
    sleep 0.1
  done
  echo "There is no port $1." >/dev/console
  return 1
}

# However this ends, the guest does: with -no-reboot, to start again is to stop.
trap 'echo b >/proc/sysrq-trigger; sleep 60' EXIT

export PATH=/srv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
modprobe virtio_console
told_port=$(port told) && output_port=$(port output) && exec {told}>"$told_port" || exit 1

# A network and a host name of its own make each mount that of a client of its own, as the server sees it: it tells the one
# when the other wants to write what the one has open. Two mounts of one host it takes for one client.
mount_side() {
  local side=$1 net=10.0.$2
  mkdir -p "/mnt/$side"
  ip netns add "$side"
  ip link add "to-$side" type veth peer name wire netns "$side"
  ip address add "$net.1/24" dev "to-$side"
  ip link set "to-$side" up
  ip -n "$side" address add "$net.2/24" dev wire
  ip -n "$side" link set lo up
  ip -n "$side" link set wire up
  nsenter --net="/run/netns/$side" unshare --uts sh -ec '
    echo "$1" >/proc/sys/kernel/hostname
    mount -t nfs4 -o "$2" "$3" "/mnt/$1"
  ' sh "$side" "vers=4.2,nosharecache${NFS_OPTIONS:+,$NFS_OPTIONS}" "$net.1:/run/disk"
}

serve() {
  mkdir -p /run/disk
  mount -t tmpfs -o size=1g,mode=755 tmpfs /run/disk
  rpcbind
  modprobe nfsd
  mount -t nfsd nfsd /proc/fs/nfsd
  echo '/run/disk 10.0.0.0/8(rw,no_root_squash,no_subtree_check,fsid=1)' >/etc/exports
  exportfs -ra
  rpc.nfsd --no-nfs-version 3 8
  rpc.mountd --no-nfs-version 3
  # Nobody was there before, so nobody has anything to claim back.
  echo Y >/proc/fs/nfsd/v4_end_grace
}

(
  set -e
  hostname guest
  ip link set lo up
  serve
  mount_side a 1
  mount_side b 2
  cat /proc/mounts
) || exit 1

# Node takes types off by WebAssembly, at which it takes 5 s here, and now and then crashes: emulated processors do not
# bear well with code that has just been written. What is compiled once is kept for all processes that inherit this.
export NODE_COMPILE_CACHE=/tmp/compiled
cd /srv/checkout || exit 1
for _ in 1 2 3 4 5; do node test/lab/suite.ts --help >/dev/null 2>&1 && break; done

echo ready >&"$told"
{
  timeout --kill-after=10 "${LIMIT:-3600}" bash /srv/command </dev/null
  echo "$?" >/run/code
} 2>&1 | cat >"$output_port"
echo "exit $(</run/code)" >&"$told"
