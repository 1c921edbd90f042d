#!/bin/sh
# usage: get-cross.sh [DIR]
#   DIR  where to keep it; "" or none: as get-docker.sh
# Leaves DIR/cross-arm64 and prints that directory: `cc` in it compiles for arm64 on an x64 machine, with the C library and
# OpenSSL's, and `qemu` runs what it made. All from Debian 12; gcc's own libraries are those of the machine's gcc. Installs
# nothing.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
. "$repository/test/real-docker/private-apt.sh"

private_apt_once cross-arm64 "${1:-}" "$repository"
if [ -d "$home" ]; then echo "$home"; exit 0; fi
echo "get-cross.sh: fetching a compiler for arm64 into $home" >&2

rm -rf "$new"; mkdir -p "$new"
private_apt_open "$new/apt" bookworm
echo 'APT::Architectures { "amd64"; "arm64"; };' >> "$new/apt/apt.conf"
private_apt update
private_apt_unpack "$new/debs" "$new/root" \
  gcc-12-aarch64-linux-gnu cpp-12-aarch64-linux-gnu libgcc-12-dev-arm64-cross binutils-aarch64-linux-gnu \
  libc6-dev-arm64-cross libc6-arm64-cross linux-libc-dev-arm64-cross libssl-dev:arm64 qemu-user-static
ls "$new/debs" > "$new/versions"; rm -rf "$new/apt" "$new/debs"

target=$home/root/usr/aarch64-linux-gnu
cat > "$new/cc" <<CC
#!/bin/sh
# its assembler and linker have libraries of their own
LD_LIBRARY_PATH='$home/root/usr/lib/x86_64-linux-gnu' exec '$home/root/usr/bin/aarch64-linux-gnu-gcc-12' \\
  -B'$target/lib/' -isystem '$target/include' -L'$target/lib' \\
  -isystem '$home/root/usr/include' -isystem '$home/root/usr/include/aarch64-linux-gnu' -L'$home/root/usr/lib/aarch64-linux-gnu' "\$@"
CC
chmod 755 "$new/cc"
ln -s root/usr/bin/qemu-aarch64-static "$new/qemu"
mv "$new" "$home"
echo "$home"
