"""Code sets (业务编码标准): the versions that are published after those that are built in."""
