#!/bin/bash
# A real Slurm for tests: two nodes with four false accelerators each, on 127.0.0.1, everything below DIR; nothing under /etc
# or /run is read or written. Needs root (munge and cgroups), and Debian's slurmctld, slurmd, slurm-client,
# slurm-wlm-basic-plugins and munge. End it with down.sh DIR. For a shell: export SLURM_CONF=DIR/etc/slurm.conf
#
# usage: up.sh DIR PORT      DIR must not exist; PORT to PORT+2 must be free
set -euo pipefail
D=${1:?folder} P=${2:?port}
H=$(hostname -s)
mkdir "$D" "$D"/etc "$D"/state "$D"/log "$D"/dev && chmod 755 "$D"
# Every process has this variable in its environment, by which down.sh finds the processes to end.
export SLURM_CONF="$D/etc/slurm.conf"

mkdir -m 0711 "$D/munge"
dd if=/dev/urandom of="$D/munge/key" bs=1024 count=1 status=none
chmod 400 "$D/munge/key"
munged --force --key-file="$D/munge/key" --socket="$D/munge/sock" --pid-file="$D/munged.pid" \
  --log-file="$D/log/munged.log" --seed-file="$D/munge/seed" --num-threads=2

# Memory limits are enforced if this machine allows a cgroup. Otherwise the state out-of-memory never occurs.
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then CG=cgroup/v2 CGDIR=/sys/fs/cgroup
else CG=cgroup/v1 CGDIR=/sys/fs/cgroup/memory; fi
if mkdir "$CGDIR/mainspring-probe-$P" 2>/dev/null; then
  rmdir "$CGDIR/mainspring-probe-$P"
  TRACK='ProctrackType=proctrack/cgroup
TaskPlugin=task/cgroup'
  touch "$D/enforces-memory"
else
  TRACK='ProctrackType=proctrack/linuxproc
TaskPlugin=task/none'
fi
printf 'CgroupPlugin=%s\nCgroupMountpoint=/sys/fs/cgroup\nConstrainRAMSpace=yes\nConstrainSwapSpace=yes\nAllowedSwapSpace=0\n' \
  $CG >"$D/etc/cgroup.conf"

echo AutoDetect=off >"$D/etc/gres.conf"
NODES=""
for n in 1 2; do
  for i in 0 1 2 3; do mknod "$D/dev/n${n}gpu$i" c 1 3; done
  # Cgroups are named after nodes, so the name contains the port: two test clusters may run at once.
  echo "NodeName=n$P-$n Name=gpu Type=h100 File=$D/dev/n${n}gpu[0-3]" >>"$D/etc/gres.conf"
  NODES+="NodeName=n$P-$n NodeHostname=$H NodeAddr=127.0.0.1 Port=$((P + n)) CPUs=2 RealMemory=4000 Gres=gpu:h100:4 State=UNKNOWN"$'\n'
done

cat >"$D/etc/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$H(127.0.0.1)
SlurmctldPort=$P
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$D/munge/sock,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
$TRACK
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=10
SlurmctldTimeout=10
KillWait=5
MinJobAge=86400
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool-%n
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd-%n.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd-%n.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=256
JobAcctGatherType=jobacct_gather/linux
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
GresTypes=gpu
AccountingStorageType=accounting_storage/none
EnforcePartLimits=ALL
OverTimeLimit=0
${NODES}PartitionName=spot Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=small Nodes=ALL MaxTime=5 MaxNodes=1 State=UP PriorityTier=10 PreemptMode=OFF
CONF

slurmctld
for n in 1 2; do
  mkdir "$D/spool-n$P-$n"
  slurmd -N "n$P-$n"
done
for _ in $(seq 1 300); do
  if [ "$(sinfo -h -N -p main -t idle -o %N 2>/dev/null | wc -l)" = 2 ]; then exit 0; fi
  sleep 0.1
done
echo "the nodes of $D are not idle after 30 s:" >&2
sinfo -N -o '%N %T %E' >&2 || true
tail -n 5 "$D"/log/*.log >&2
exit 1
