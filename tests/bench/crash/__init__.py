"""The crash run: everything is killed and frozen while commands flow; then nothing may be lost or doubled."""
