#!/usr/bin/env bash
# Builds ./handler.wasm with AssemblyScript's compiler, from npm.
set -euo pipefail
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is needed: apt install npm, or https://nodejs.org" >&2; exit 1; }
npm ci --no-audit --no-fund --silent || { echo "the compiler cannot be had from the npm registry" >&2; exit 75; }
npm run --silent build
