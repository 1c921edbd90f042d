#!/bin/sh
# usage: get-compose-v1.sh [DIR]
#   DIR  as for get-docker.sh
# Leaves DIR/compose-v1/bin/docker-compose, the Python docker-compose 1.29.2 of Debian bookworm, and prints that bin
# directory. Uses the machine's /usr/bin/python3 (or $PYTHON) where that is Python 3.11, else a private copy of it.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once compose-v1 "${1:-}" "$repository"
if [ -e "$home/.done" ]; then echo "$home/bin"; exit 0; fi
echo "get-compose-v1.sh: fetching docker-compose 1.29.2 into $home" >&2

packages=docker-compose/bookworm
for name in attr cached-property certifi chardet charset-normalizer distro distutils docker dockerpty docopt dotenv idna \
  jsonschema lib2to3 pkg-resources pyrsistent requests six texttable urllib3 websocket yaml; do
  packages="$packages python3-$name/bookworm"
done
packages="$packages libyaml-0-2/bookworm"

python=${PYTHON:-/usr/bin/python3}
environment=
if ! "$python" -c 'import sys, ssl, ctypes, json; sys.exit(sys.version_info[:2] != (3, 11))' 2> /dev/null; then
  python=$home/root/usr/bin/python3.11
  environment="PYTHONHOME=$home/root/usr"
  for name in python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 libffi8 libssl3 libsqlite3-0 \
    zlib1g libbz2-1.0 liblzma5 libuuid1; do
    packages="$packages $name/bookworm"
  done
fi

rm -rf "$home" "$new"; mkdir -p "$new/bin" "$new/lib"
private_apt_open "$new/apt" bookworm
# shellcheck disable=SC2086 # a list of words
private_apt_unpack "$new/debs" "$new/root" $packages
for package in docker-compose python3-docker; do
  [ -n "$(ls "$new/debs/${package}_"*.deb 2> /dev/null)" ] || { echo "$0: $package was not fetched" >&2; exit 1; }
done

# two trees in one, as Python's path has them on an installed system
cp -R "$new/root/usr/lib/python3/dist-packages/." "$new/lib/"
for module in lib2to3 distutils; do cp -R "$new/root/usr/lib/python3.11/$module" "$new/lib/"; done
# shared libraries of the extracted Python and of yaml's C part
mkdir "$new/so"
for lib in "$new"/root/usr/lib/*/lib*.so.* "$new"/root/lib/*/lib*.so.*; do if [ -e "$lib" ]; then cp -P "$lib" "$new/so/"; fi; done

cat > "$new/bin/docker-compose" <<END
#!/bin/sh
export LD_LIBRARY_PATH=$home/so PYTHONPATH=$home/lib PYTHONDONTWRITEBYTECODE=1 $environment
exec $python -c 'import os, sys
for name in ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"): os.environ.pop(name, None)
sys.argv[0] = "docker-compose"
from compose.cli.main import main
main()' "\$@"
END
chmod 755 "$new/bin/docker-compose"

ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs"
[ -n "$environment" ] || rm -rf "$new/root"
mv "$new" "$home"
"$home/bin/docker-compose" version --short | grep -qx '1\.29\.2' # says so itself if Python or a module is missing
: > "$home/.done"
echo "$home/bin"
