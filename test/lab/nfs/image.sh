#!/usr/bin/env bash
# Makes the guest, once: a small Debian with a kernel that has an NFS server and client, which this host's need not have.
# Prints the folder it is in. That is named by a digest of this file: a changed recipe makes a new one.
set -euo pipefail

SUITE=bookworm
PACKAGES=linux-image-cloud-amd64,nfs-kernel-server,nfs-common,iproute2,kmod,procps
MIRROR=${BUILD_ONCE_LAB_MIRROR:-http://deb.debian.org/debian}

cache=${BUILD_ONCE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/build-once-lab}
digest=$(sha256sum "${BASH_SOURCE[0]}")
image=$cache/nfs-guest-${digest:0:16}

if [[ ! -d $image && ${1-} != --where ]]; then
  mkdir -p "$cache"
  making=$(mktemp -d "$cache/.making-XXXXXX")
  # What is mounted for the installation is seen by nobody else, and is gone with the first process in there.
  trap 'rm -rf --one-file-system "$making"' EXIT
  trap 'exit 130' INT TERM HUP
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  {
    "${as_root[@]}" unshare --mount --pid --fork --kill-child bash -euo pipefail -s <<RECIPE
cd "$making"
debootstrap --variant=minbase --include=$PACKAGES $SUITE root $MIRROR || { tail -n 30 root/debootstrap/debootstrap.log; exit 1; }

# With only these the initial disk is small: the processor that unpacks it is emulated.
sed -i 's/^MODULES=.*/MODULES=list/' root/etc/initramfs-tools/initramfs.conf
printf '%s\n' virtio_pci virtio_blk >root/etc/initramfs-tools/modules
chroot root update-initramfs -u
rm -rf root/var/cache/apt root/var/lib/apt/lists root/usr/share/{doc,locale,man,info}

# Everything else that the guest does comes with the checkout, on the second disk.
install -m 755 /dev/stdin root/sbin/lab <<'INIT'
#!/bin/sh
mount -o ro /dev/vdb /srv && exec /bin/bash /srv/checkout/test/lab/nfs/inside.sh
INIT
mkdir made
mv root/boot/vmlinuz-* made/vmlinuz
mv root/boot/initrd.img-* made/initrd
rm -rf root/boot
mke2fs -q -t ext4 -O ^has_journal -d root made/root.ext4 1G
chmod -R a+rX made
rm -rf root
RECIPE
  } >&2
  # Somebody else may have been first.
  mv -T "$making/made" "$image" 2>/dev/null || [[ -d $image ]]
fi
echo "$image"
