"""The end of emails for whoever has no account: by the link in each of them, or by one click in a mail program."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reports.delivery.links import unsubscriber
from reports.models import Unsubscribed
from reports.web.links import by_secret


@by_secret
@csrf_exempt  # a mail program sends it (RFC 8058); whoever has the link may
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    address = unsubscriber(token)
    if address is None:
        return render(request, "links/refused.html", status=404)
    if request.method == "POST":
        if "again" in request.POST:
            Unsubscribed.objects.filter(address=address).delete()
        else:
            Unsubscribed.objects.get_or_create(address=address)
    is_out = Unsubscribed.objects.filter(address=address).exists()
    return render(request, "links/unsubscribe.html", {"address": address, "is_out": is_out})
