# Countersign with its renderers. Build: docker build -t countersign .
FROM registry.k8s.io/kubectl:v1.36.3 AS kubectl
FROM alpine/helm:4.2.3 AS helm

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git ca-certificates util-linux \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --create-home --home-dir /var/lib/countersign countersign
COPY --from=kubectl /bin/kubectl /usr/local/bin/kubectl
COPY --from=helm /usr/bin/helm /usr/local/bin/helm
WORKDIR /opt/countersign
COPY --from=build /build/package.json /build/app.yml ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/policies ./policies
USER countersign
ENV NODE_ENV=production COUNTERSIGN_HOME=/var/lib/countersign
VOLUME /var/lib/countersign
EXPOSE 3000
HEALTHCHECK --interval=30s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
