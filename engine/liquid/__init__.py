"""Liquid engines: from the specification to thrust, by equilibrium chemistry and one-dimensional flow."""
