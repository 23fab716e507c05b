"""The HTTP front of the service outside Lambda: what API Gateway does on AWS."""
