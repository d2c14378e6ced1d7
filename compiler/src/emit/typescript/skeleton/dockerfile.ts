import { kebabCase } from '../../../printer/index.ts';
import type { SkeletonOptions } from './options.ts';

export function dockerfile({ name, plumbing }: SkeletonOptions): string {
  const image = `${kebabCase(name)}-plugin-ts`;
  return `# docker build -t ${image} .
#
# Where package.json takes pluginart from a checkout ("file:..."), docker cannot see it. Pack it into this folder first:
#   npm install "$(npm pack --silent <checkout>/runtimes/typescript)"
FROM node:24-slim AS build
WORKDIR /app
COPY package*.json *.tgz ./
RUN npm install --no-audit --no-fund
COPY tsconfig.json *.ts ./
COPY ${plumbing} ./${plumbing}
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
ENTRYPOINT ["node", "dist/plugin.js"]
`;
}
