# docker build -t rampart . ; docker run --rm -v ~/.aws:/tmp/.aws:ro rampart scan aws
# Pin both images by digest where you build for others: --build-arg NODE=node:24-bookworm-slim@sha256:...
ARG NODE=node:24-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${NODE} AS build
WORKDIR /source
COPY . .
# What npm publishes, installed as a user installs it, with the versions of the lock file.
RUN npm ci --no-audit --no-fund \
 && npm pack --pack-destination /tmp \
 && mkdir -p /opt/rampart/node_modules/rampart \
 && tar -xzf /tmp/rampart-*.tgz --strip-components=1 -C /opt/rampart/node_modules/rampart \
 && cp package-lock.json /opt/rampart/node_modules/rampart/ \
 && cd /opt/rampart/node_modules/rampart \
 && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && mkdir -p /opt/rampart/node_modules/.bin \
 && ln -s ../rampart/bin/rampart.js /opt/rampart/node_modules/.bin/rampart

# No npm, no compiler, no package cache: node, rampart, and the shell that deploy/nightly.sh needs.
FROM ${BASE}
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /opt/rampart /opt/rampart
RUN ln -s /opt/rampart/node_modules/.bin/rampart /usr/local/bin/rampart \
 && mkdir -p /var/lib/rampart && chown 65532:65532 /var/lib/rampart
ENV HOME=/tmp
WORKDIR /var/lib/rampart
USER 65532:65532
ENTRYPOINT ["rampart"]
CMD ["--help"]
