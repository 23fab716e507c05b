"""Hybrid motors: an oxidizer from its tank through the ports of a solid fuel."""
