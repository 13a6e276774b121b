"""How long a desk waits at the gateway, beside a desk that asks the bus itself."""
