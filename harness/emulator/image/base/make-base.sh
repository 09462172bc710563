#!/bin/sh
# Makes a base image for "harness image build" out of Debian's packages, without an image registry.
#
#   make-base.sh [--include PACKAGE,...] [--rebuild] [IMAGE]
#
# It needs root, debootstrap, Debian's archive keyring, a Docker engine, and a Debian mirror: DEBIAN_MIRROR, or
# the one that apt is set to here, or deb.debian.org. An image that is there already is left as it is.
set -eu

IMAGE=aws-pattern-harness-base:trixie
SUITE=trixie # the Debian release whose Python is 3.13
PACKAGES=python3.13,ca-certificates
REBUILD=

fail() {
  echo "make-base: $*" >&2
  exit 3
}

while [ $# -gt 0 ]; do
  case $1 in
    --include) PACKAGES=$PACKAGES,${2:?"--include needs package names"}; shift ;;
    --rebuild) REBUILD=1 ;;
    -*) echo "make-base: unknown option $1" >&2; exit 2 ;;
    *) IMAGE=$1 ;;
  esac
  shift
done

# The first mirror of Debian itself that apt knows, in either of its formats; security updates lie elsewhere.
apt_mirror() {
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] && sed -n 's/^deb \(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' "$file"
  done 2> /dev/null | grep -E '^(https?|file|copy)://?.*/debian/?$' | head -n 1
}

docker version > /dev/null 2>&1 || fail 'no Docker engine answers. Start it ("docker version" says more).'
if [ -z "$REBUILD" ] && docker image inspect "$IMAGE" > /dev/null 2>&1; then
  echo "$IMAGE"
  exit
fi
[ "$(id -u)" = 0 ] || fail "debootstrap needs root. Run it with sudo, or on another machine: docker save and docker load carry the image over."
command -v debootstrap > /dev/null || fail 'debootstrap is missing. Install it: "apt-get install debootstrap".'
MIRROR=${DEBIAN_MIRROR:-$(apt_mirror)}
MIRROR=${MIRROR:-http://deb.debian.org/debian}

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
trap 'exit 130' INT TERM
ROOT=$FOLDER/root

echo "Debian $SUITE from $MIRROR" >&2
# Older debootstraps don't know newer releases by name; all of them are made the same way.
SCRIPTS=/usr/share/debootstrap/scripts
SCRIPT=
[ -e "$SCRIPTS/$SUITE" ] || SCRIPT=$SCRIPTS/sid
debootstrap --variant=minbase --include="$PACKAGES" "$SUITE" "$ROOT" "$MIRROR" ${SCRIPT:+"$SCRIPT"} > "$FOLDER/log" 2>&1 || {
  tail -n 15 "$FOLDER/log" "$ROOT/debootstrap/debootstrap.log" >&2 || true
  fail "debootstrap could not install Debian $SUITE from $MIRROR; its last words are above. DEBIAN_MIRROR names another mirror."
}

# What nobody reads in a container; licences stay.
find "$ROOT/var/cache" "$ROOT/var/lib/apt/lists" "$ROOT/var/log" -type f -delete
find "$ROOT/usr/share/doc" -mindepth 2 ! -name copyright ! -type d -delete
rm -rf "$ROOT"/usr/share/man "$ROOT"/usr/share/info "$ROOT"/usr/share/locale "$ROOT"/usr/share/lintian
find "$ROOT" -name __pycache__ -type d -prune -exec rm -rf {} +
# debootstrap copies these of this machine.
rm -f "$ROOT/etc/resolv.conf" "$ROOT/etc/hostname" "$ROOT/etc/machine-id"

tar -C "$ROOT" --numeric-owner -c . | docker import \
  --change 'CMD ["/usr/bin/python3.13"]' \
  --change "LABEL aws-pattern-harness.base=$SUITE" \
  - "$IMAGE" > /dev/null
echo "$IMAGE"
