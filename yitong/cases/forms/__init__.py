"""What people type, before a command sees it."""
