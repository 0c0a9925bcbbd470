#!/usr/bin/env bash
# Builds the client of the Lambda runtime, once a machine, and prints the path of its program on stdout.
# Exits with 3 where a tool is missing, and with 4 where it is not built and `--if-built` is given.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")" && pwd)

cache=${LAMBDA_RIC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"$source_folder/package-lock.json" | cut -c1-12)
folder=$cache/lambda-ric-$version
program=$folder/node_modules/aws-lambda-ric/index.mjs
if [[ -f $program ]]; then
  echo "$program"
  exit 0
fi
if [[ ${1:-} == --if-built ]]; then
  echo "aws-lambda-ric is not built" >&2
  exit 4
fi

for tool in cmake g++ make python3; do
  if ! command -v "$tool" >/dev/null; then
    echo "aws-lambda-ric cannot be built: $tool is missing" >&2
    exit 3
  fi
done

echo "building aws-lambda-ric (a minute, once) …" >&2
rm -rf "$folder.part"
mkdir -p "$folder.part"
cp "$source_folder"/package*.json "$folder.part"
cd "$folder.part"
npm ci --no-fund --no-audit >&2
mv "$folder.part" "$folder"
echo "$program"
