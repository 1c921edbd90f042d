#!/bin/sh
# usage: get-quickjs.sh [DIR]
#   DIR  as for get-docker.sh
# Leaves the sources of QuickJS (quickjs-ng, Debian's package qjs-src) in DIR/quickjs and prints that directory.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once quickjs "${1:-}" "$repository"
if [ -e "$home/.done" ]; then echo "$home"; exit 0; fi
echo "get-quickjs.sh: fetching the sources of QuickJS into $home" >&2

rm -rf "$home" "$new"; mkdir -p "$new"
private_apt_open "$new/apt" bookworm forky
private_apt_unpack "$new/debs" "$new/root" qjs-src/forky
mv "$new"/root/usr/src/quickjs-ng/*.[ch] "$new/"
ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs" "$new/root"
mv "$new" "$home"
: > "$home/.done"
echo "$home"
