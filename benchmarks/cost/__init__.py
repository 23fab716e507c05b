"""What cases cost on AWS: what is measured here, priced there."""
