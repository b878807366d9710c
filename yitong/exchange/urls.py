"""Addresses of the exchange."""

from django.urls import path

from yitong.exchange.views import calls, clients, connectors

portal = [path("my/lookups/", calls.mine, name="mine")]
console = [
    path("", connectors.connectors, name="connectors"),
    path("connectors/<slug:connector>/", connectors.connector, name="connector"),
    path("connectors/<slug:connector>/test/", connectors.test, name="connector_test"),
    path("connectors/<slug:connector>/state/", connectors.state, name="connector_state"),
    path("connectors/<slug:connector>/adjust/", connectors.adjust, name="connector_adjust"),
    path("connectors/<slug:connector>/stand-in/", connectors.stand_in, name="connector_standin"),
    path("calls/", calls.calls, name="calls"),
    path("calls/export.csv", calls.export, name="calls_export"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.new, name="client_new"),
    path("clients/<int:client_pk>/", clients.client, name="client"),
    path("clients/<int:client_pk>/secret/", clients.secret, name="client_secret"),
    path("clients/<int:client_pk>/state/", clients.state, name="client_state"),
    path("clients/<int:client_pk>/limits/", clients.limits, name="client_limits"),
    path("clients/<int:client_pk>/scope/", clients.scope, name="client_scope"),
    path("clients/<int:client_pk>/uses.csv", clients.uses, name="client_uses"),
]
