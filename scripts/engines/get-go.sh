#!/bin/sh
# usage: get-go.sh [DIR]
#   DIR    where to keep it; "" or none: as get-docker.sh
# Leaves DIR/go with Debian 12's Go and the sources of Docker's client library, and prints that directory: `go` in it runs
# without modules and without a network. Installs nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once go "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-go.sh: fetching Go into $home" >&2

rm -rf "$new"; mkdir -p "$new/root"
private_apt_open "$new/apt" bookworm
private_apt_unpack "$new/debs" "$new/root" golang-1.19-go golang-1.19-src golang-github-docker-docker-dev
ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs"
cat > "$new/go" <<GO
#!/bin/sh
export GOROOT='$home/root/usr/lib/go-1.19' GOPATH='$home/root/usr/share/gocode' GOCACHE='$home/cache' GO111MODULE=off GOFLAGS= CGO_ENABLED=0
exec "\$GOROOT/bin/go" "\$@"
GO
chmod 755 "$new/go"
mv "$new" "$home"
echo "$home"
