#!/usr/bin/env bash
# Builds ./hello, a static program: with musl where it is installed, else with the system's libc.
set -euo pipefail
cd "$(dirname "$0")"
compiler=$(command -v musl-gcc || command -v gcc) || { echo "a C compiler is needed: apt install gcc (or musl-tools)" >&2; exit 1; }
"$compiler" -O2 -Wall -Wextra -static -o hello main.c
