"""Registers written as the files that `yidi import` reads: exported and imported again it is as it was."""
