#!/bin/sh
# usage: get-node.sh MAJOR [DIR]
#   MAJOR  the line of Node, such as 22
#   DIR    where to keep it; "" or none: as get-docker.sh
# Leaves DIR/node-MAJOR/node, the newest Node of that line as npm has it, and prints that directory. Installs nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

major=$1
case $(uname -m) in
  x86_64) processor=x64 ;;
  aarch64) processor=arm64 ;;
  *) echo "get-node.sh: npm has no Node for $(uname -m)" >&2; exit 1 ;;
esac
private_apt_once "node-$major" "${2:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-node.sh: fetching Node $major into $home" >&2

rm -rf "$new"; mkdir -p "$new"
(cd "$new" && npm pack --silent "node-linux-$processor@$major" > /dev/null && tar -xzf ./*.tgz package/bin/node)
mv "$new/package/bin/node" "$new/node"; rm -r "$new/package" "$new"/*.tgz
"$new/node" --version > /dev/null
mv "$new" "$home"
echo "$home"
