# The packages. The `node` among them stays an empty shell without its script: the image has its own.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/better-sqlite3/deps node_modules/openai/src

FROM node:26-bookworm-slim
ENV NODE_ENV=production
ENV HOST=0.0.0.0
ENV PORT=3000
ENV DATABASE_URL=sqlite:/data/parley.sqlite3
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY assets assets
COPY bin/backup.ts bin/worker-health.ts bin/
COPY jobs jobs
COPY migrations migrations
COPY src src
COPY views views
# Who runs it may not write here, and would bundle the assets at each start.
RUN node -e "import('./src/kept-assets.ts').then(({ keptAssets }) => keptAssets())"
RUN mkdir -m 700 /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/up`).then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "src/server.ts"]
