# Two stages, so that the image holds no build tools: the first builds the wheel with the pinned
# tools, the second installs it over the pinned, hashed requirements.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/build.txt requirements/build.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11-slim
# libgomp1 is what LightGBM stands on: `landbridge train` needs it, serving does not.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /srv/landbridge landbridge
WORKDIR /srv/landbridge
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-deps /wheels/*.whl && rm -r /wheels
USER landbridge
# A volume that is mounted here takes its owner from it.
RUN mkdir var
# What matches is compiled now and kept in the image; on another kind of processor, at the first start.
RUN python -c "from matching.search.warm import compile_kernels; compile_kernels()"
ENV LANDBRIDGE_HOST=0.0.0.0 LANDBRIDGE_DATA_DIR=/srv/landbridge/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["landbridge"]
CMD ["serve"]
