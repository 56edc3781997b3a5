"""The guard's examination: its parts, and the programs that measure the guard on them."""
