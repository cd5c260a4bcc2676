#!/bin/sh
# Installs Slurm 22.05 or newer from the packages of Debian or Ubuntu, for the scenarios of the Slurm backend. Takes about 20 seconds.
# Starts nothing: the services of these packages have no configuration, and the tests bring their own.
# Exit 69: it cannot be installed here.
set -eu
say() { echo "slurm install: $*"; }
if command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v sbatch >/dev/null && command -v munged >/dev/null; then
  say "$(slurmctld -V) is there"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then say "needs root, for the packages, for munge and for the cgroups of the tests"; exit 69; fi
if ! command -v apt-get >/dev/null; then say "needs apt-get"; exit 69; fi
export DEBIAN_FRONTEND=noninteractive
packages="slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge"
if ! apt-get update -qq || ! apt-get install -y -qq --no-install-recommends $packages >/dev/null; then
  say "apt-get cannot install $packages"
  exit 69
fi
say "$(slurmctld -V)"
