"""What the rocket benchmarks share: propellants, points, peers, statistics and tables.

The workers are programs of their own, so that every measurement has a process whose past is known.
"""
