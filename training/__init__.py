"""Trains the guard's classifiers from authored sentences; `python -m training` says how.

Nothing here runs in a service. The examination's test part is never read.
"""
