"""What a statement finds when somebody else was faster."""

from shared.bus.fault import PlainError


class ChangedError(PlainError):
    """Somebody else changed a row since it was read: the turn is taken anew."""
