"""The clearing month (清算月份): from the facts of a month to its statements, exact to the byte.

Pure: nothing here waits, reads a clock or opens a file. `yidi month compute`, the clearing service and an
auditor ask the same functions; neither the order nor the repetition of the facts changes the result. One
question, one function: which agreement (`agreements`), which month (`place`), what a line is worth (`lines`),
what becomes of a settlement (`outcome`), what a statement says (`statement`).
"""
