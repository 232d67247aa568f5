#!/usr/bin/env bash
# What the tests need beside Python: Java and Maven (a real Neo4j), Chromium and Chinese fonts.
# Debian and Ubuntu; elsewhere install the same by hand. Does nothing where all is there.
set -euo pipefail
missing=()
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
# lightgbm (chainmap[rank]) needs the OpenMP library, which small images leave out
ldconfig -p 2>/dev/null | grep libgomp.so.1 >/dev/null || missing+=(libgomp1)
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh family 2>/dev/null)" ]; then
  missing+=(fontconfig fonts-noto-cjk)
fi
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "please install: ${missing[*]}" >&2
  exit 1
fi
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
