"""Reading and checking large registers in two processes (并行), where the machine has two cores."""
