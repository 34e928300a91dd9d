"""Load: `make load`.  A whole portal of real processes, with a PostgreSQL, is asked as many people ask it.

`house.py` starts it, `people.py` are those who ask (Locust), and each case is a module: `polls.py`, `rate.py` and
`soak.py`.
"""
