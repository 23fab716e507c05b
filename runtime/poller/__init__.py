"""Queues outside Lambda: what the event source mappings of SQS do on AWS."""
