#!/bin/sh
# usage: get-registry.sh [DIR]
#   DIR  as for get-docker.sh
# Leaves DIR/registry/bin/docker-registry, the registry of Debian bookworm, and prints that bin directory.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once registry "${1:-}" "$repository"
if [ -e "$home/.done" ]; then echo "$home/bin"; exit 0; fi
echo "get-registry.sh: fetching a registry into $home" >&2

rm -rf "$home" "$new"; mkdir -p "$new/bin"
private_apt_open "$new/apt" bookworm
private_apt_unpack "$new/debs" "$new/root" docker-registry/bookworm
mv "$new/root/usr/bin/docker-registry" "$new/bin/"
ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs" "$new/root"
mv "$new" "$home"
"$home/bin/docker-registry" --version > /dev/null # too new a libc stops here
: > "$home/.done"
echo "$home/bin"
