"""The addresses of the portal, grouped by resource."""

from django.urls import path
from django.views.generic import RedirectView

from reports.web import (
    account,
    datasets,
    downloads,
    metrics,
    operations,
    previews,
    progress,
    reports,
    request,
    uploads,
    verify,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="reports"), name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password_change, name="password_change"),
    path("verify/", verify.verify, name="verify"),
    path("operations/", operations.operations, name="operations"),
    path("operations/retry/", operations.retry, name="operations_retry"),
    path("metrics", metrics.for_staff, name="metrics"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/new/", uploads.new_dataset, name="dataset_new"),
    path("datasets/<uuid:pk>/", datasets.dataset, name="dataset"),
    path("datasets/<uuid:pk>/new/", uploads.new_version, name="dataset_new_version"),
    path("datasets/<uuid:pk>/progress/", datasets.progress, name="dataset_progress"),
    path("datasets/<uuid:pk>/delete/", datasets.delete_dataset, name="dataset_delete"),
    path("datasets/<uuid:pk>/<int:number>/types/", datasets.correct_types, name="dataset_types"),
    path("datasets/<uuid:pk>/<int:number>/sheet/", datasets.choose_sheet, name="dataset_sheet"),
    path("datasets/<uuid:pk>/<int:number>/retry/", datasets.retry_reading, name="dataset_retry"),
    path("datasets/<uuid:pk>/<int:number>/cancel/", datasets.cancel_reading, name="dataset_cancel"),
    path("reports/", reports.history, name="reports"),
    path("reports/delete/", reports.delete_reports, name="reports_delete"),
    path("reports/new/", request.new, name="report_request"),
    path("reports/new/filters/", request.filters, name="report_filters"),
    path("reports/new/preview/", previews.ask, name="preview_request"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/progress/", progress.progress, name="report_progress"),
    path("reports/<uuid:pk>/report.pdf", downloads.pdf, name="report_pdf"),
    path("reports/<uuid:pk>/cancel/", reports.cancel_report, name="report_cancel"),
    path("reports/<uuid:pk>/retry/", reports.retry_report, name="report_retry"),
    path("reports/<uuid:pk>/again/", reports.make_again, name="report_again"),
    path("reports/<uuid:pk>/verdict/", progress.verdict, name="report_verdict"),
    path("reports/<uuid:pk>/delete/", reports.delete_report, name="report_delete"),
    path("reports/<uuid:pk>/preview/", previews.preview, name="preview"),
    path("reports/<uuid:pk>/preview.png", downloads.preview_image, name="preview_image"),
]
