"""Pure rules of sharing: what an answer says, when a circuit opens, how long to wait, what a client may ask."""
