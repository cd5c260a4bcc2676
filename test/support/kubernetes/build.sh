#!/bin/sh
# Builds the Kubernetes control plane (kube-apiserver, kube-controller-manager, kube-scheduler) and etcd from their Go modules, once:
# the binaries stay in a cache folder named for the version, and a binary that is there is not built again.
# Usage: build.sh [FOLDER]      default: ~/.cache/mainspring/kubernetes-<version>
# Needs: Go >= 1.25 and about 3 GB of disk while it builds. Takes 6 minutes on two idle cores; the binaries are 300 MB.
# Asks only the Go module proxy (`go env GOPROXY`); needs no root and no container.
set -eu
version=1.35.4
etcd=3.6.16
bin=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/mainspring/kubernetes-$version}

say() { echo "kubernetes build: $*"; }
have() { for name; do [ -x "$bin/$name" ] || return 1; done; }
if have etcd kube-apiserver kube-controller-manager kube-scheduler; then
  say "ready in $bin"
  exit 0
fi
command -v go >/dev/null || { say "needs Go on the PATH: https://go.dev/dl"; exit 69; }
export GOTOOLCHAIN=local GOFLAGS=-mod=mod CGO_ENABLED=0
mkdir -p "$bin"
work=$(mktemp -d "${TMPDIR:-/tmp}/kubernetes-build.XXXXXX")
trap 'rm -rf "$work" "$bin"/.*.$$' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# build FLAGS PACKAGE NAME: builds beside the final name and renames, so that an interrupted build leaves no
# binary that looks finished.
build() {
  [ -x "$bin/$3" ] && { say "$3 is there"; return; }
  say "building $3"
  go build -p 2 -trimpath -ldflags "-s -w $1" -o "$bin/.$3.$$" "$2"
  mv "$bin/.$3.$$" "$bin/$3"
}
# Go prints much while nothing is wrong, so its output is shown only after a failure.
quietly() { "$@" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }; }

if ! have etcd; then
  mkdir "$work/etcd"
  cd "$work/etcd"
  quietly go mod init etcdbuild
  printf '//go:build tools\npackage tools\nimport _ "go.etcd.io/etcd/server/v3"\n' >tools.go
  say "fetching etcd $etcd"
  quietly go get "go.etcd.io/etcd/server/v3@v$etcd"
  quietly go mod tidy
  build "" go.etcd.io/etcd/server/v3 etcd
fi

if ! have kube-apiserver kube-controller-manager kube-scheduler; then
  mkdir "$work/kubernetes"
  cd "$work/kubernetes"
  quietly go mod init kubernetesbuild
  # The module of Kubernetes names its own parts as v0.0.0, so a wrapper module states their real versions.
  manifest=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  grep -oE 'k8s.io/[a-z-]+ v0\.0\.0$' "$manifest" | while read -r module _; do
    go mod edit -replace "$module=$module@v0.${version#1.}"
  done
  {
    printf '//go:build tools\npackage tools\nimport (\n'
    for part in apiserver controller-manager scheduler; do printf '_ "k8s.io/kubernetes/cmd/kube-%s"\n' $part; done
    printf ')\n'
  } >tools.go
  say "fetching Kubernetes $version"
  quietly go get "k8s.io/kubernetes@v$version"
  quietly go mod tidy
  minor=${version#1.}
  stamp=k8s.io/component-base/version
  for part in apiserver controller-manager scheduler; do
    build "-X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*}" "k8s.io/kubernetes/cmd/kube-$part" "kube-$part"
  done
fi
say "ready in $bin"
