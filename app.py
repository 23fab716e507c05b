"""The Chalice app: every route, queue and schedule of the service, registered and nothing else."""

from chalice.app import Chalice

from chalicelib import api, events

app = Chalice(app_name="hrma")

api.register(app)
events.register(app)
