"""Datasets and reports: bring data, ask for a report, watch it being made, download the PDF."""
