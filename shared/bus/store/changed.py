"""What a statement finds when somebody else was faster."""


class ChangedError(Exception):
    """Somebody else changed a row since it was read: the turn is taken anew."""
