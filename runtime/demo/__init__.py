"""`make demo`: the main job on real input through the whole service."""

from runtime.demo.connection import Connection
from runtime.demo.run import run_demo

__all__ = ["Connection", "run_demo"]
