#!/usr/bin/env bash
# Installs from Debian's packages what the drivers of this folder ask. What is there already is left
# alone; what cannot be installed is reported by name, and the suite skips it by name.
set -euo pipefail

# A program or a shared library, and its package.
needs=(
  cc:gcc
  musl-gcc:musl-tools
  python3:python3
  node:nodejs
  go:golang-go
  javac:default-jdk-headless
  ruby:ruby
  php:php-cli
  perl:perl
  nginx:nginx-light
  haproxy:haproxy
  systemd-socket-activate:systemd
  libpq.so.5:libpq5
  mariadb:mariadb-client
  libmariadb.so.3:libmariadb3
  libzmq.so.5:libzmq5
  libcurl.so.4:libcurl4
)

here() { # here PROGRAM-OR-LIBRARY
  case $1 in
    lib*.so.*) PATH=$PATH:/sbin ldconfig -p | grep -qF "$1 " ;;
    *) PATH=$PATH:/usr/sbin command -v "$1" >/dev/null ;;
  esac
}

missing=()
for need in "${needs[@]}"; do
  here "${need%%:*}" || missing+=("${need#*:}")
done
if [ ${#missing[@]} = 0 ]; then
  echo 'everything that the drivers ask is here'
  exit 0
fi

echo "missing: ${missing[*]}"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # RUNLEVEL keeps servers from being started.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  install() { apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1; }
  apt-get update >/dev/null 2>&1 || true
  install "${missing[@]}" || for package in "${missing[@]}"; do install "$package" || true; done
fi
for need in "${needs[@]}"; do
  here "${need%%:*}" ||
    printf 'skipped: %s is missing and could not be installed (package %s)\n' "${need%%:*}" "${need#*:}"
done
