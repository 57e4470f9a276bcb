#!/usr/bin/env bash
# Builds ./hello.wasm with clang and WASI's C library, as Debian and Ubuntu package them.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v clang >/dev/null || ! command -v wasm-ld >/dev/null || [[ ! -d /usr/include/wasm32-wasi ]]; then
  echo "a C compiler for WASI is needed: apt install clang lld wasi-libc libclang-rt-dev-wasm32" >&2
  exit 1
fi
clang --target=wasm32-wasi -O2 -Wall -Wextra -o hello.wasm main.c
