#!/bin/sh
# usage: with-arm64.sh COMMAND [WORD...]
# Runs a command where the kernel starts executables for arm64, by the qemu that get-cross.sh fetches: in a user namespace,
# which has a binfmt_misc of its own since Linux 6.7, so that nothing is registered for the rest of the machine. Needs root, whose
# ids all stay what they are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

if [ "${1:-}" != --inside ]; then
  qemu=$(readlink -f "$("$here/get-cross.sh")/qemu")
  ids=$(mktemp -d)
  mkfifo "$ids/inside" "$ids/mapped"
  # the ids of a namespace are written from outside
  {
    read -r process < "$ids/inside"
    for map in uid_map gid_map; do echo "0 0 4294967295" > "/proc/$process/$map"; done
    echo > "$ids/mapped"
  } &
  exec unshare --user --mount "$0" --inside "$ids" "$qemu" "$@"
fi

ids=$2; qemu=$3; shift 3
echo $$ > "$ids/inside"; read -r _ < "$ids/mapped"
rm -r "$ids"
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || {
  echo "with-arm64.sh: this kernel has no binfmt_misc for a user namespace (Linux 6.7 and later have)" >&2; exit 1
}
# ELF, 64 bits, little-endian, an executable or a shared object, for aarch64; P: argv[0] stays; F: qemu is found in every root
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
echo ":qemu-aarch64:M::$magic:$mask:$qemu:PF" > /proc/sys/fs/binfmt_misc/register
exec setpriv --reuid 0 --regid 0 --clear-groups "$@"
