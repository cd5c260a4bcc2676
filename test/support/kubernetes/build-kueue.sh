#!/bin/sh
# Builds Kueue from its Go module, and leaves its CRDs beside it, in the cache folder of build.sh. Optional: with it, the
# conformance suite of Kubernetes plays the scenarios of queues too.
# Usage: build-kueue.sh [FOLDER]      Needs: Go >= 1.25. Takes 4 minutes on two idle cores; 87 MB.
set -eu
version=0.15.0
bin=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/mainspring/kubernetes-1.35.4}

say() { echo "kueue build: $*"; }
[ -x "$bin/kueue" ] && { say "ready in $bin"; exit 0; }
command -v go >/dev/null || { say "needs Go on the PATH: https://go.dev/dl"; exit 69; }
export GOTOOLCHAIN=local GOFLAGS=-mod=mod CGO_ENABLED=0
mkdir -p "$bin"
work=$(mktemp -d "${TMPDIR:-/tmp}/kueue-build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work" "$bin"/.*.$$' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
quietly() { "$@" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }; }

say "fetching Kueue $version"
source=$(cd "$work" && go mod download -json "sigs.k8s.io/kueue@v$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$source" "$work/kueue"
chmod -R u+w "$work/kueue"
cd "$work/kueue"
# Its metrics are off, but it reads their certificate from a fixed place under /etc. Read it from the working
# directory instead.
sed -i 's|"/etc/kueue/metrics/certs"|"certificates"|' cmd/kueue/main.go
say "building kueue"
quietly go build -p 2 -trimpath -ldflags "-s -w" -o "$bin/.kueue.$$" ./cmd/kueue
rm -rf "$bin/kueue-crds"
cp -r config/components/crd/bases "$bin/kueue-crds"
mv "$bin/.kueue.$$" "$bin/kueue"
say "ready in $bin"
