"""Programs that a workflow starts: the same in Fargate, in a pod and on one machine."""
