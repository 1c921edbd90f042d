#!/bin/sh
# usage: get-node-clients.sh [DIR]
#   DIR    where to keep it; "" or none: as get-docker.sh
# Leaves DIR/node-clients with programs for Node that speak to Docker's socket: dockerode, Testcontainers, and the command line of
# dev containers; prints that path. 52 MB. Runs no script of a package, and installs nothing elsewhere.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once node-clients "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-node-clients.sh: fetching dockerode, Testcontainers and dev containers into $home" >&2

rm -rf "$new"; mkdir -p "$new"
# the newest that Node 20 runs
npm install --prefix "$new" --ignore-scripts --no-audit --no-fund --loglevel error \
  dockerode@4.0.9 testcontainers@11.14.0 @devcontainers/cli@0.89.0 > /dev/null
mv "$new" "$home"
echo "$home"
