"""The command line: the outermost layer, which may use everything below it."""
