#!/bin/sh
# usage: get-quickjs.sh [DIR]
#   DIR  as for get-docker.sh
# Leaves the sources of QuickJS (quickjs-ng) that quickjs.sha256 names in DIR/quickjs-VERSION and prints that directory.
# They come from Debian's package qjs-src. Debian's suite moves; what is built does not: other sources are refused. Once the
# package has another version, DOCKER_SHIM_QUICKJS names a directory that holds these (upstream's release is one).
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"
version=0.17.0
sums=$repository/scripts/release/quickjs.sha256

# is_pinned DIR : whether it holds the sources that the checksums are of
is_pinned() { (cd "$1" && sha256sum --check --strict --quiet "$sums" >&2); }

private_apt_once "quickjs-$version" "${1:-}" "$repository"
if [ ! -e "$home/.done" ]; then
  rm -rf "$home" "$new"; mkdir -p "$new"
  if [ -n "${DOCKER_SHIM_QUICKJS:-}" ]; then
    from=$DOCKER_SHIM_QUICKJS
  else
    echo "get-quickjs.sh: fetching the sources of QuickJS into $home" >&2
    private_apt_open "$new/apt" bookworm forky
    private_apt_unpack "$new/debs" "$new/root" qjs-src/forky
    from=$new/root/usr/src/quickjs-ng
    cp "$new/root/usr/share/doc/qjs-src/copyright" "$new/"
  fi
  [ -e "$new/copyright" ] || cp "$from/LICENSE" "$new/copyright"
  while read -r _ file; do cp "$from/$file" "$new/"; done < "$sums"
  rm -rf "$new/apt" "$new/debs" "$new/root"
  is_pinned "$new" || {
    echo "get-quickjs.sh: the sources are not those of QuickJS $version that quickjs.sha256 names; DOCKER_SHIM_QUICKJS=DIR takes them from elsewhere" >&2
    exit 1
  }
  mv "$new" "$home"
  : > "$home/.done"
fi
is_pinned "$home" || { echo "get-quickjs.sh: $home was changed; remove it" >&2; exit 1; }
echo "$home"
