"""What every service needs and none writes twice: settings, stage loop, gRPC, telemetry, run."""
