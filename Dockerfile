# The builder compiles the model and makes the seeds' library with torch and sentence-transformers; the final
# stage carries neither. BUILDER_IMAGE is the same Python, for machines that keep torch's wheel in an image.
ARG BUILDER_IMAGE=python:3.11-slim

FROM ${BUILDER_IMAGE} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements requirements
RUN python3 -m venv /opt/compile && python3 -m venv --without-pip /opt/pincite
RUN --mount=type=secret,id=pipconf,target=/etc/pip.conf --mount=type=secret,id=ca,target=/run/build-ca.crt \
    /opt/compile/bin/pip --python /opt/pincite/bin/python install -c requirements/constraints.txt \
    -r requirements/serve.txt
RUN --mount=type=secret,id=pipconf,target=/etc/pip.conf --mount=type=secret,id=ca,target=/run/build-ca.crt \
    /opt/compile/bin/pip install -c requirements/constraints.txt -r requirements/serve.txt -r requirements/model.txt
COPY . .
RUN --mount=type=secret,id=pipconf,target=/etc/pip.conf --mount=type=secret,id=ca,target=/run/build-ca.crt \
    /opt/compile/bin/pip wheel --no-deps --wheel-dir dist . \
    && /opt/compile/bin/pip install --no-deps dist/*.whl \
    && /opt/compile/bin/pip --python /opt/pincite/bin/python install --no-deps dist/*.whl
# What no request reaches: bindings to torch, GPUs, C and Fortran, tools that convert models, header files, the client
# of a hub that is never asked with what only it needs, what only clients of the Model Context Protocol need, the
# adapters that are compiled into the model, and numpy's tests.
RUN site=$(/opt/pincite/bin/python -c 'import site; print(site.getsitepackages()[0])') && cd "$site" \
    && rm -rf faiss/contrib onnxruntime/transformers onnxruntime/quantization onnxruntime/tools numpy/f2py \
    onnxruntime/capi/libonnxruntime.so* \
    numpy/distutils lxml/includes hf_xet huggingface_hub fsspec tqdm google qa/reading/weights.safetensors \
    mcp/cli attr attrs jsonschema jsonschema_specifications referencing rpds jwt pycparser \
    && find "$site/numpy" -type d -name tests -prune -exec rm -rf {} +
RUN PINCITE_DATA=/tmp/compile /opt/compile/bin/pincite compile --to /opt/model
# The runtime that will serve makes the library, so that the image proves it can.
RUN PINCITE_DATA=/data PINCITE_MODEL=/opt/model /opt/pincite/bin/pincite ask "who took responsibility?" \
    && PINCITE_DATA=/data PINCITE_MODEL=/opt/model /opt/pincite/bin/pincite mcp < /dev/null \
    && /opt/pincite/bin/python -c "import importlib, pkgutil; [importlib.import_module(f'{room}.{module.name}') \
    for room in ('index.formats', 'api.http', 'api.mcp') \
    for module in pkgutil.iter_modules(importlib.import_module(room).__path__)]"

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Pincite" \
    org.opencontainers.image.description="Answers questions from your documents with exact, checkable citations" \
    org.opencontainers.image.licenses="Apache-2.0"
COPY --from=builder /opt/pincite /opt/pincite
COPY --from=builder /opt/model /opt/model
COPY --from=builder --chown=10001:10001 /data /data
ENV PATH=/opt/pincite/bin:$PATH PYTHONUNBUFFERED=1 \
    PINCITE_DATA=/data PINCITE_MODEL=/opt/model PINCITE_HOST=0.0.0.0 \
    TMPDIR=/data
VOLUME /data
EXPOSE 8000
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["python3", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('PINCITE_PORT', '8000') + '/readyz', timeout=2)"]
CMD ["pincite", "serve"]
