#!/bin/sh
# Installs Ray into a Python virtual environment, once: the folder stays and is named for the version.
# Usage: install.sh [FOLDER]      default: ~/.cache/mainspring/ray-<version>
# Needs: Python 3.10 or newer with venv, a package index, 400 MB of disk. Takes about a minute; needs no root.
# Exit 69: it could not be installed.
set -eu
version=2.60.0
home=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/mainspring/ray-$version}

say() { echo "ray install: $*"; }
if [ -e "$home/.complete" ]; then say "$home is there"; exit 0; fi
say "ray[default]==$version and what it needs, from the package index of pip, into $home (about 320 MB)"
rm -rf "$home"
"${MAINSPRING_PYTHON:-python3}" -m venv "$home"
if ! "$home/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --no-compile "ray[default]==$version"; then
  say "the package index cannot be reached, or has no Ray for this Python and machine"
  exit 69
fi
# Written last, so that an interrupted installation starts again.
: >"$home/.complete"
say "done"
