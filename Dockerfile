# One image for the web server, the workers and the clock; what each runs is in compose.yaml.
FROM python:3.11-slim-bookworm

WORKDIR /srv/prelo
ENV DATA_DIR=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1

# Packages change less often than code, so they come first.
COPY requirements/ requirements/
COPY deploy/setup deploy/setup
RUN deploy/setup && rm -rf /var/lib/apt/lists/* /root/.cache

COPY . .
# Compiles the translations.  The number of the account is fixed: who owns the data does not change with the image.
RUN deploy/setup && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin prelo && install -d -o prelo /data

USER prelo
VOLUME /data
EXPOSE 8000
CMD [".venv/bin/gunicorn", "--config", "deploy/gunicorn.py", "portal.wsgi"]
