#!/bin/sh
# Prints the best Python for yidi on the PATH: one built with optimisation before one without, which costs a
# fifth of the speed; then the newest of those that were tested. Prints nothing where none can be used.
# A distribution's own, in /usr, is built so though its flags do not tell: Debian's took 1.65 s for tests of the
# benefit engine where one of the same version built without took 2.22 s.
LOOK='
import ensurepip, sys, sysconfig, venv
tested = (3, 11) <= sys.version_info[:2] <= (3, 13)
told = " ".join(str(sysconfig.get_config_var(name)) for name in ("CONFIG_ARGS", "PY_CFLAGS_NODIST"))
optimised = "--enable-optimizations" in told or "-fprofile-use" in told or sys.prefix == "/usr"
if tested:
    print(int(optimised), "%d.%03d" % sys.version_info[:2], sys.executable)
'
echo "$PATH" | tr : '\n' | while read -r folder; do
    for name in python3.13 python3.12 python3.11 python3 python; do
        test -x "$folder/$name" && "$folder/$name" -c "$LOOK" 2>/dev/null
    done
done | sort -r -s -k 1,2 | head -n 1 | cut -d ' ' -f 3-
