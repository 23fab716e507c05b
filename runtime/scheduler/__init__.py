"""Schedules outside Lambda: what EventBridge does on AWS."""
