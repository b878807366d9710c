"""Pure rules of notifications: channels and states, texts, back-off."""
