"""Exact derivatives of rocket performance, by implicit differentiation of solved stations.

| question | file |
|---|---|
| many motors at once, by elements and phases | `motors` |
| what the state of a station is, of what a solution reports | `solved`, `states` |
| how a state answers to composition, entropy and pressure | `tangent`: `equilibrium`, or `frozen` composition |
| how throat and exit follow from the chamber | `chain`, with `nozzle`, and `onset` where a phase chokes the flow |

Nothing here iterates: a linear system per station and the chain rule do. docs/gradients.md derives it.
"""
