#!/bin/sh
# usage: get-strace.sh [DIR]
#   DIR    where to keep it; "" or none: as get-docker.sh
# Leaves DIR/strace with Debian 12's strace, extracted, and prints that path. Installs nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once strace "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-strace.sh: fetching strace into $home" >&2

rm -rf "$new"; mkdir -p "$new/root"
private_apt_open "$new/apt" bookworm
private_apt_unpack "$new/debs" "$new/root" strace libunwind8 liblzma5
ls "$new/debs" > "$new/root/versions"
mv "$new/root" "$home"; rm -rf "$new"
echo "$home"
