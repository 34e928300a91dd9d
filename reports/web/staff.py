"""Pages for staff; for anybody else they are not there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse


def staff_only(view: Callable) -> Callable:
    """Decorator of a view.  Whoever has not signed in is asked to, as everywhere."""

    @wraps(view)
    def for_staff(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return for_staff
