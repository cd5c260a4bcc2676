#!/bin/sh
# Brings another version of Node, once: the folder stays and is named for the version.
# Usage: install.sh VERSION      prints the folder of its `node`; it is below ~/.cache/mainspring/node-<version>
# Needs: npm and its registry, 190 MB of disk. Takes seconds; needs no root.
# Exit 69: there is no such Node for this machine, or the registry cannot be reached.
set -eu
version=$1
home=${XDG_CACHE_HOME:-$HOME/.cache}/mainspring/node-$version

say() { echo "node install: $*" >&2; }
case $(uname -s) in Linux) system=linux ;; Darwin) system=darwin ;; *) system=unknown ;; esac
case $(uname -m) in x86_64) machine=x64 ;; aarch64 | arm64) machine=arm64 ;; *) machine=unknown ;; esac

if [ ! -e "$home/package/bin/node" ]; then
  package=node-$system-$machine@$version
  mkdir -p "$home"
  partial=$(mktemp -d "$home/partial.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  if ! npm pack --silent --pack-destination "$partial" "$package" >&2; then
    say "the registry cannot be reached, or has no $package"
    exit 69
  fi
  tar -xzf "$partial"/*.tgz -C "$partial"
  mv "$partial/package" "$home/package"
fi
if ! "$home/package/bin/node" --version >&2; then
  say "$home/package/bin/node does not run on this machine"
  exit 69
fi
echo "$home/package/bin"
