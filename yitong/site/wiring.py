"""Who listens to whose events. Facts travel upwards, and only this module knows both ends."""


def subscribe_all() -> None:
    """Subscribe every context to the events it needs. Called once, after all apps are loaded."""
