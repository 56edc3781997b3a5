"""What the HTTP interface promises: schemas, and each call's operation for /openapi.json."""
