#!/bin/sh
# usage: get-rootless.sh [DIR]
#   DIR    where to keep it; "" or none: as get-docker.sh
# Leaves DIR/rootless with Debian 12's rootlesskit and newuidmap, extracted, and prints that path. Installs nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once rootless "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-rootless.sh: fetching rootlesskit into $home" >&2

rm -rf "$new"; mkdir -p "$new/root"
private_apt_open "$new/apt" bookworm
private_apt_unpack "$new/debs" "$new/root" rootlesskit uidmap
ls "$new/debs" > "$new/root/versions"
mv "$new/root" "$home"; rm -rf "$new"
echo "$home"
