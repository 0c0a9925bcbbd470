#!/usr/bin/env bash
# Builds a real influxd with Go and Rust, once a machine, and prints the path of the binary on stdout.
# Exits with 3 where a tool is missing.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")" && pwd)

cache=${INFLUXD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(cat "$source_folder"/go.mod "$source_folder"/main.go | sha256sum | cut -c1-12)
binary=$cache/influxd-$version
if [[ -x $binary ]]; then
  echo "$binary"
  exit 0
fi

for tool in go cargo cc; do
  if ! command -v "$tool" >/dev/null; then
    echo "influxd cannot be built: $tool is missing" >&2
    exit 3
  fi
done

mkdir -p "$cache"
echo "building influxd (some minutes, once) …" >&2
# InfluxDB's Flux engine is a Rust library, which this pkg-config builds and names to the Go linker.
GOBIN=$cache/bin go install github.com/influxdata/pkg-config@v0.3.0 >&2
cd "$source_folder"
# Flux pins an older Rust than it needs; rustup would want to fetch that one.
export RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-stable}
PKG_CONFIG=$cache/bin/pkg-config go build -trimpath -o "$binary.part" . >&2
mv "$binary.part" "$binary"
echo "$binary"
