# Sourced by scripts/get-*.sh: downloads Debian packages with the machine's own mirror,
# proxy and keyring, but with lists, cache and status of its own below one directory. Installs nothing.
# (`#clear` of the update hooks is only possible in a file, so everything goes into one apt.conf rather than into -o options.)

# private_apt_open DIR SUITE... : afterwards `private_apt download PACKAGE/SUITE...` works in any directory.
private_apt_open() {
  private_apt_dir=$1; shift
  mkdir -p "$private_apt_dir/lists/partial" "$private_apt_dir/archives/partial"
  # prints the addresses apt would ask, from *.list and *.sources alike; touches neither network nor lists
  private_apt_mirror=$(apt-get update --print-uris | sed -n "s#^'\(.*\)/dists/bookworm/InRelease'.*#\1#p" | head -n1)
  [ -n "$private_apt_mirror" ] || { echo "$0: no bookworm entry in this machine's apt sources" >&2; return 1; }
  for private_apt_suite in "$@"; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $private_apt_mirror $private_apt_suite main"
  done | sort -u > "$private_apt_dir/sources.list"
  : > "$private_apt_dir/status"
  # Check-Valid-Until: a mirror may hold a Release past its date; signatures are still checked
  cat > "$private_apt_dir/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::DEP-11;
Dir::State "$private_apt_dir"; Dir::State::status "$private_apt_dir/status"; Dir::Cache "$private_apt_dir";
Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
Dir::Etc::SourceList "$private_apt_dir/sources.list"; Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
Acquire::GzipIndexes "true"; Acquire::Languages "none"; Acquire::Retries "3";
Acquire::Check-Valid-Until "false"; APT::Update::Error-Mode "any"; APT::Sandbox::User "root";
CONF
  private_apt update
}

private_apt() { apt-get -qq -c "$private_apt_dir/apt.conf" "$@"; }

# private_apt_unpack DEBS INTO PACKAGE/SUITE... : downloads into DEBS and extracts all of DEBS into INTO.
private_apt_unpack() {
  private_apt_debs=$1; private_apt_into=$2; shift 2
  mkdir -p "$private_apt_debs"
  (cd "$private_apt_debs" && private_apt download "$@")
  for private_apt_deb in "$private_apt_debs"/*.deb; do dpkg -x "$private_apt_deb" "$private_apt_into"; done
}

# private_apt_once NAME DIR REPOSITORY : for a script that keeps what it fetches in DIR (as for get-docker.sh) under NAME:
# sets $dir, $home (DIR/NAME) and $new (where it is made), and waits until no other caller is at it.
private_apt_once() {
  dir=$2
  [ -n "$dir" ] || dir=$(default_cache "$3")
  mkdir -p "$dir"; dir=$(cd "$dir" && pwd)
  home=$dir/$1; new=$dir/$1.new
  exec 9> "$dir/.lock-$1"; flock 9
}

# default_cache REPOSITORY : prints the directory that holds everything downloaded, made if need be.
default_cache() {
  if [ -n "${DOCKER_SHIM_TEST_CACHE:-}" ]; then default_cache_dir=$DOCKER_SHIM_TEST_CACHE
  elif mkdir -p /var/cache/docker-shim-test 2> /dev/null && [ -w /var/cache/docker-shim-test ]; then
    default_cache_dir=/var/cache/docker-shim-test
  else default_cache_dir=$1/.cache/docker; fi
  mkdir -p "$default_cache_dir" && echo "$default_cache_dir"
}
