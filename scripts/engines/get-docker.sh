#!/bin/sh
# usage: get-docker.sh [DIR [SUITE]]
#   DIR    where to keep what is downloaded; "" or none: $DOCKER_SHIM_TEST_CACHE, /var/cache/docker-shim-test, .cache/docker
#   SUITE  forky (Docker 28.5, the default), trixie (26.1), bookworm (20.10.24) or bullseye (20.10.5); the last two are
#          without buildx and compose
# Leaves DIR/SUITE/bin with dockerd, docker and all they need, and prints that path. Installs nothing on the system;
# callers at once wait for each other; a fetch that was killed is started over by the next caller.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

suite=${2:-forky}
private_apt_once "$suite" "${1:-}" "$repository"
if [ -e "$home/.done" ]; then echo "$home/bin"; exit 0; fi
echo "get-docker.sh: fetching Docker of Debian $suite into $home" >&2

case $suite in
  # one package holds client and daemon; dockerd is linked with libdevmapper, which a minimal machine lacks
  bookworm | bullseye)
    packages="docker.io/$suite containerd/$suite busybox-static/$suite libdevmapper1.02.1/$suite" ;;
  # busybox of the suite, for bookworm's own crashes in wget and nslookup
  *) packages="docker.io/$suite docker-cli/$suite docker-buildx/$suite docker-compose/$suite containerd/$suite
       busybox-static/$suite" ;;
esac
# runc and tini of the newer suites want a newer libc; the ones of bookworm serve every engine
packages="$packages runc/bookworm tini/bookworm
  iptables/bookworm libxtables12/bookworm libmnl0/bookworm libnftnl11/bookworm libseccomp2/bookworm"

rm -rf "$home" "$new"; mkdir -p "$new/bin" "$new/lib"
private_apt_open "$new/apt" bookworm "$suite"
# shellcheck disable=SC2086 # a list of words
private_apt_unpack "$new/debs" "$new/root" $packages
root=$new/root; usr=$root/usr

for program in "$usr/sbin/dockerd" "$usr/bin/docker" "$usr/sbin/docker-proxy" "$usr/bin/docker-proxy" "$usr/sbin/runc" \
  "$usr/bin/containerd" "$usr/bin/containerd-shim-runc-v2" "$usr/bin/busybox" "$root/bin/busybox"; do
  if [ -f "$program" ]; then mv "$program" "$new/bin/"; fi
done
mv "$usr/bin/tini-static" "$new/bin/docker-init"
if [ -d "$usr/libexec/docker/cli-plugins" ]; then mv "$usr/libexec/docker/cli-plugins" "$new/bin/"
else mkdir "$new/bin/cli-plugins"; fi
mv "$usr/sbin/xtables-nft-multi" "$usr"/lib/*/xtables "$new/lib/"
for lib in "$usr"/lib/*/lib*.so.* "$root"/lib/*/lib*.so.*; do if [ -e "$lib" ]; then mv "$lib" "$new/lib/"; fi; done

# wrap NAME COMMAND... : bin/NAME starts COMMAND with the extracted libraries
wrap() {
  name=$1; shift
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s XTABLES_LIBDIR=%s exec %s "$@"\n' \
    "$home/lib" "$home/lib/xtables" "$*" > "$new/bin/$name"
  chmod 755 "$new/bin/$name"
}
for name in iptables ip6tables; do wrap $name "$home/lib/xtables-nft-multi" $name; done
# a program whose libraries the machine lacks runs with the extracted ones
for name in dockerd docker containerd runc; do
  if ldd "$new/bin/$name" 2> /dev/null | grep -q 'not found'; then
    mv "$new/bin/$name" "$new/lib/$name"; wrap $name "$home/lib/$name"
  fi
done

ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs" "$new/root"
mv "$new" "$home"
for name in dockerd docker containerd runc; do "$home/bin/$name" --version > /dev/null; done # too new a libc stops here
: > "$home/.done"
echo "$home/bin"
