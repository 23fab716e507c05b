"""What can go wrong with a local stack."""


class StackError(Exception):
    """The stack cannot start or go on; the message says why and what to do."""
