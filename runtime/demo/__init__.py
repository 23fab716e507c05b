"""`make demo`: the main job on real input through the whole service."""
