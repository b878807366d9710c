"""Pure rules of the audit log: no Django, no clock, no I/O."""
