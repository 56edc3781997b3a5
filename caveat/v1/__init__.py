"""Protobuf and gRPC code generated from proto/caveat/v1; never edited by hand."""
