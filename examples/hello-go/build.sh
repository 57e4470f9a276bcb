#!/usr/bin/env bash
# Builds ./bootstrap, a static program, with the host's Go and nothing else.
set -euo pipefail
cd "$(dirname "$0")"
command -v go >/dev/null || { echo "Go is needed: apt install golang-go, or https://go.dev/dl" >&2; exit 1; }
CGO_ENABLED=0 GOFLAGS=-mod=mod GOTOOLCHAIN=local go build -trimpath -ldflags '-s -w' -o bootstrap .
