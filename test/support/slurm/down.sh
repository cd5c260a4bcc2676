#!/bin/bash
# Ends exactly what up.sh DIR started, jobs included, and removes DIR. Fine when it never came up, and when it is called twice.
#
# usage: down.sh DIR          at once
#        down.sh --tied DIR   when its input ends, which comes however the process that holds the other end dies
set -u
if [ "$1" = --tied ]; then
  shift
  trap '' INT TERM HUP
  cat >/dev/null
fi
D=${1:?folder}
[ -d "$D" ] || exit 0
nodes=$(cd "$D" && ls -d spool-* 2>/dev/null | sed s/^spool-//)
# Every process that up.sh started, directly or not, has this variable in its environment: daemons, steps,
# batch scripts and their children.
ours() {
  local file
  for file in $(grep -lzFx "SLURM_CONF=$D/etc/slurm.conf" /proc/[0-9]*/environ 2>/dev/null); do
    file=${file#/proc/}
    [ "${file%/environ}" = $$ ] || echo "${file%/environ}"
  done
  # A step that changed its environment is still in the cgroup of its node.
  for node in $nodes; do
    find /sys/fs/cgroup -path "*slurm_$node*" -name cgroup.procs -exec cat {} + 2>/dev/null
  done
}
for _ in $(seq 1 100); do
  pids=$(ours)
  [ -n "$pids" ] || break
  kill -9 $pids 2>/dev/null
  sleep 0.1
done
for node in $nodes; do
  find /sys/fs/cgroup -depth -type d -path "*slurm_$node*" -exec rmdir {} + 2>/dev/null
done
rm -rf -- "$D"
exit 0
