#!/bin/sh
# usage: get-shells.sh [DIR]
#   DIR    where to keep them; "" or none: as get-docker.sh
# Leaves DIR/shells with Debian 12's zsh and fish, extracted, and prints that path. Installs nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once shells "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-shells.sh: fetching zsh and fish into $home" >&2

rm -rf "$new"; mkdir -p "$new/root"
private_apt_open "$new/apt" bookworm
private_apt_unpack "$new/debs" "$new/root" zsh zsh-common fish fish-common libpcre2-32-0 libcap2 libtinfo6
mv "$new/debs" "$new/root/debs"; ls "$new/root/debs" > "$new/root/versions"; rm -r "$new/root/debs"
mv "$new/root" "$home"; rm -rf "$new"
echo "$home"
