#!/usr/bin/env bash
# Prints the path of a Chromium on stdout: that of the variable CHROMIUM, or one on the PATH. In CI, it is installed where
# there is none. Exits with 3 where it is missing.
set -euo pipefail

find_it() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    if [[ -n $name ]] && command -v "$name"; then exit 0; fi
  done
}

find_it
if [[ -n ${CI:-} ]] && command -v apt-get >/dev/null; then
  echo "installing Chromium (a minute, once) …" >&2
  as_root=()
  if [[ $(id -u) -ne 0 ]]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >&2
  find_it
fi
echo "the page cannot be looked at: there is no Chromium; install Debian's package, or name one as CHROMIUM" >&2
exit 3
