"""Viscosity, conductivity and Prandtl number of a gas mixture, as NASA CEA has them (RP-1311 part I, chapter 5).

    from engine.thermo.transport.mixture import transport_properties

| question | file |
|---|---|
| what a case gives, and the order of the steps | `mixture` |
| which gases count | `choice` |
| how single gases and pairs of them resist | `interactions`, with NASA's fits in `fits` |
| what the reactions add | `reactions` |
"""
