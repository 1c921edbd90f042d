#!/bin/sh
# usage: get-debian.sh [DIR [KIND]]
#   DIR    where to keep it; "" or none: as get-docker.sh
#   KIND   docker (the default): with Docker 28.5 installed by dpkg; bare: without, and with apt
# Leaves DIR/debian.tar or DIR/debian-bare.tar, the file system of a small Debian 12, and prints that path.
# 60 packages of the machine's own mirror and half a minute, once; installs nothing on the machine.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

case ${2:-docker} in
  docker) name=debian; more='' ;;
  bare) name=debian-bare; more='apt ca-certificates' ;;
  *) echo "get-debian.sh: $2 is neither docker nor bare" >&2; exit 1 ;;
esac
private_apt_once "$name" "${1:-}" "$repository"
archive=$home.tar
if [ -e "$archive" ]; then echo "$archive"; exit 0; fi
echo "get-debian.sh: making $archive" >&2

rm -rf "$new"; mkdir -p "$new"
private_apt_open "$new/apt" bookworm
# shellcheck disable=SC2086 # a list of words
# what every Debian has, and libstdc++ for Node; apt, whose status is empty here, adds all that these depend on
private_apt install --download-only -y --no-install-recommends \
  base-files base-passwd bash bsdutils coreutils dash debianutils diffutils dpkg findutils grep gzip hostname \
  init-system-helpers libc-bin login mawk mount ncurses-base perl-base sed sysvinit-utils tar util-linux libstdc++6 \
  $more > /dev/null

# package NAME FILE... : a package with programs as Debian's own has them (get-docker.sh keeps programs, not packages)
package() {
  name=$1; shift; tree=$new/$name
  mkdir -p "$tree/DEBIAN"
  printf 'Package: %s\nVersion: 28.5\nArchitecture: all\nMaintainer: docker-shim\nDescription: Docker of Debian forky\n' \
    "$name" > "$tree/DEBIAN/control"
  for file; do mkdir -p "$tree/$(dirname "$file")"; cp "$docker/$(source_of "$file")" "$tree/$file"; done
  dpkg-deb --root-owner-group -Znone --build "$tree" "$new/apt/archives/$name.deb" > /dev/null
}
source_of() { case $1 in */cli-plugins/*) echo "cli-plugins/$(basename "$1")" ;; *) basename "$1" ;; esac; }
if [ -z "$more" ]; then
  docker=$("$repository/scripts/engines/get-docker.sh" "$dir" forky)
  plugins=usr/libexec/docker/cli-plugins
  package docker-cli usr/bin/docker
  package docker-buildx $plugins/docker-buildx
  package docker-compose $plugins/docker-compose
fi

# as debootstrap does: extracted first, for their programs to be there when dpkg installs them properly
root=$new/root
for name in bin sbin lib lib64; do mkdir -p "$root/usr/$name"; ln -s "usr/$name" "$root/$name"; done
for deb in "$new"/apt/archives/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink; done
mkdir -p "$root/var/lib/dpkg" "$root/packages"; : > "$root/var/lib/dpkg/status"; : > "$root/dev/null"
mv "$new"/apt/archives/*.deb "$root/packages/"
# the mounts are gone with the process
unshare --mount sh -euc '
  mount --bind /dev/null "$1/dev/null"; mount -t proc proc "$1/proc"; cd /
  run() { DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$@"; }
  run "$1" sh -euc "dpkg --force-depends --install /packages/base-passwd_*.deb
    dpkg --force-depends --install /packages/*.deb"
' sh "$root" > "$new/log" 2>&1 || { tail -n 5 "$new/log" >&2; exit 1; }
rm -rf "$root/packages" "$root/dev/null"

tar -C "$root" --numeric-owner -cf "$new/$name.tar" .
mv "$new/$name.tar" "$archive"; rm -rf "$new"
echo "$archive"
