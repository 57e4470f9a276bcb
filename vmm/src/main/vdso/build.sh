#!/bin/sh
# Builds the vDSO image: build.sh FOLDER-OF-THIS-FILE OUTPUT. Needs gcc and binutils.
set -e
object=$(mktemp)
trap 'rm -f "$object"' EXIT
gcc -c -o "$object" "$1/vdso.S"
ld -shared -nostdlib -soname linux-vdso.so.1 --hash-style=both --build-id=none -Bsymbolic -z max-page-size=4096 \
    -z noexecstack -T "$1/vdso.lds" -o "$2" "$object"
strip --strip-unneeded "$2"
