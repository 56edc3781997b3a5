"""HTTP edge of the gateway, one module for each noun: read the request, delegate, reply."""
