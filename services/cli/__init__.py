"""The yidi command: with `services.__main__` the only code that knows all services."""
