"""Pages of the cases context: the portal for applicants, the desk for staff."""
