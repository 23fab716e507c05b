"""What stops a delivery."""


class DeliveryError(Exception):
    """Something is missing, too large or refused; the message says what to do."""
