#!/bin/sh
# Installs into .venv exactly what deploy/requirements.lock names: `sh deploy/install.sh`, from the top folder.
# uv takes a quarter of the time that pip takes, and comes by pip as the lock has it; where it cannot install
# (no wheel of it, another index, no network of its own), pip does.
LOCK=deploy/requirements.lock
PIP='.venv/bin/python -m pip'
by_uv() {
    awk '/^[a-z]/ { ours = /^uv==/ } ours' $LOCK | $PIP install --quiet --no-compile --require-hashes --requirement /dev/stdin || return
    mirror=$($PIP config list | sed -n "s/.*[.]index-url='\(.*\)'$/\1/p" | tail -n 1)
    .venv/bin/uv pip install --quiet --no-config --python .venv/bin/python ${mirror:+--default-index "$mirror"} \
        --require-hashes --requirement $LOCK
}
by_uv 2>/dev/null || $PIP install --quiet --no-compile --require-hashes --requirement $LOCK
