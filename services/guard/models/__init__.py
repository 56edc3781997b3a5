"""The classifiers' files with their digests and data cards; services/guard/linear.py reads them."""
