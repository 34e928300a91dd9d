"""The portal's web application with a gate, `committed`: a report is in the database, and nobody knows of it."""

import os

from portal.wsgi import application
from reports.lifecycle import request
from tests import gates

__all__ = ["application"]


def _stand_and_dispatch(dispatch=request.dispatch):
    gates.stand_at("committed", os.getpid())
    return dispatch()


request.dispatch = _stand_and_dispatch
