"""Tasks outside Fargate: what ECS does on AWS, with processes in place of containers."""
