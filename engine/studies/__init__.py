"""Studies: many motors that differ in a few fields, and what they say together.

`models` checks what is asked without loading numpy; `running` cuts a study into pieces, solves them and merges what
they leave. Nothing here knows where it runs.
"""
