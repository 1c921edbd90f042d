#!/bin/sh
# The directory of a session, and the removal of every trace of it: processes, cgroups, mount points, files.
#   session.sh create DIR OWNER [MOUNT-POINT...]   makes DIR for the process OWNER, and the mount points that are missing
#   session.sh watch DIR                           waits for the end of stdin, as the death of the owner brings it; removes
#   session.sh remove DIR
#   session.sh leftovers BASE                      removes each BASE-* whose owner is gone
#   session.sh cgroups DIR                         removes what ended containers left
# DIR/owner and DIR/init hold "pid start-time"; DIR/uses the mount points, DIR/made those that did not exist before.
set -u
lock=$(command -v flock) || exit 1 # any file that is there for everyone serves to lock on

locked() { ( flock 8; "$@" ) 8< "$lock"; }

started() { sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20; }

# alive FILE : is the process that FILE names (now in $pid) running: not gone, not ended and yet to be collected, and not
# another of the same pid
alive() {
  [ -s "$1" ] && read -r pid start < "$1" && [ "$(started "$pid")" = "$start" ] &&
    [ "$(sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null | cut -d ' ' -f 1)" != Z ]
}

create() {
  dir=$1; owner=$2; shift 2
  mkdir "$dir" || return 1
  echo "$owner $(started "$owner")" > "$dir/owner"
  : > "$dir/made"; : > "$dir/uses"
  for point; do echo "$point" >> "$dir/uses"; make_point "$point" || return 1; done
}

make_point() {
  [ -d "$1" ] && return 0
  make_point "$(dirname "$1")" && mkdir "$1" && echo "$1" >> "$dir/made"
}

# is_mounted POINT : has any process a mount there, in whatever namespace? Not one whose root is another directory, such as
# a container's: a path of that name is another path there.
is_mounted() {
  for process in /proc/[0-9]*; do
    [ "$process/root" -ef / ] && echo "$process/mountinfo"
  done | xargs cut -d ' ' -f 5 2> /dev/null | grep -qxF "$1"
}

# A mount point that another session uses is left to that one; one with a mount of somebody else is left alone.
# Removing it under a mount in another namespace would take that mount away.
release_points() {
  sort -r "$1/made" 2> /dev/null | while read -r point; do
    heir=
    for other in "${1%-*-*}"-*; do
      [ "$other" != "$1" ] && [ -f "$other/uses" ] &&
        awk -v p="$point" '$0 == p || index($0, p "/") == 1 { f = 1 } END { exit !f }' "$other/uses" && heir=$other && break
    done
    if [ -n "$heir" ]; then echo "$point" >> "$heir/made"
    elif ! is_mounted "$point"; then rmdir "$point" 2> /dev/null; fi
  done
  rm -f "$1/made" "$1/uses"
}

# Everything that runs for a session, engine or client, has a mount below the session's directory. So has what another
# session starts while the machine itself has one there; its own marks tell: the `mark` of an engine, the `home` of a client.
processes() {
  grep -lsF " $1/" /proc/[0-9]*/mountinfo 2> /dev/null | while read -r mounts; do
    grep -sE " ${1%-*-*}-[0-9-]*/(mark|home) " "$mounts" | grep -qvE " $1/(mark|home) " || echo "$mounts"
  done | cut -d / -f 3
}

cgroups() {
  name=$(basename "$1"); tries=0
  while [ $tries -lt 40 ]; do
    found=$(ls -d "/sys/fs/cgroup/$name" /sys/fs/cgroup/*/"$name" 2> /dev/null)
    [ -n "$found" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    find $found -depth -type d -exec rmdir {} + 2> /dev/null
    [ $tries -eq 0 ] || sleep 0.05
    tries=$((tries + 1))
  done
}

remove() {
  [ -d "$1" ] || return 0
  # The first process of the engine's pid namespace ends only when the kernel has ended all others; its parent, still
  # there, collects it.
  tries=0
  if alive "$1/init"; then kill -KILL "$pid" 2> /dev/null; fi
  while alive "$1/init" && [ $tries -lt 200 ]; do sleep 0.02; tries=$((tries + 1)); done
  tries=0
  while pids=$(processes "$1") && [ -n "$pids" ] && [ $tries -lt 200 ]; do
    # shellcheck disable=SC2086 # a list of words
    kill -KILL $pids 2> /dev/null
    sleep 0.05; tries=$((tries + 1))
  done
  locked release_points "$1"
  cgroups "$1"
  for pause in 0 0.1 0.5 1; do sleep $pause; rm -rf "$1" 2> /dev/null && return 0; done
  return 1
}

leftovers() {
  for dead in $(locked dead_sessions "$1"); do remove "$dead"; done
}

dead_sessions() {
  for candidate in "$1"-*; do
    if [ -d "$candidate" ] && ! alive "$candidate/owner"; then echo "$candidate"; fi
  done
}

action=$1; shift
case $action in
  create) locked create "$@" ;;
  watch) trap '' INT TERM HUP; cat > /dev/null; remove "$1" ;;
  remove | leftovers | cgroups) "$action" "$@" ;;
  *) echo "session.sh: no such action: $action" >&2; exit 2 ;;
esac
