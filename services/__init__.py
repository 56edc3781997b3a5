"""The deployed services. None imports another."""
