"""Scenes of the one code (一码通行): where it can be shown and what is seen there.

A scene is a small class, registered under its code, with a template of its own in ``consents/scenes/<code>.html``. It shows
only what its purpose needs (个人信息保护法 art. 6): a gate of the metro learns that somebody may ride, and no name.
"""

from yitong.consents.scenes import city
from yitong.consents.scenes.base import Bearer, Line, Scene, all_scenes, register, scene

__all__ = ["Bearer", "Line", "Scene", "all_scenes", "city", "register", "scene"]
