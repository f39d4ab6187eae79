# One image for web, worker and scheduler; the command of the service says which.
FROM node:22-bookworm-slim AS browser
WORKDIR /parts
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    COLLAB_MODE=production COLLAB_DATA=/data DJANGO_SETTINGS_MODULE=collab.settings
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY --from=browser /parts/node_modules ./node_modules
COPY . .
RUN useradd --system --uid 10001 --home-dir /data collab && mkdir -p /data && chown collab:collab /data \
 && COLLAB_MODE=embedded COLLAB_DATA=/tmp/build COLLAB_SAMPLES=0 python manage.py texts --compile && rm -rf /tmp/build
USER collab
VOLUME /data
EXPOSE 8000
CMD ["sh", "scripts/web.sh"]
