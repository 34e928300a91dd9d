"""How what the portal has to tell reaches people who are not looking at it."""
