"""How reports, and what else the portal has to tell, reach people and programs that are not looking at it."""
