import type { Contract, Schema } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { contractImport, handlerFile } from './handler-file.ts';
import { goModuleName, moduleFiles } from './module-files.ts';
import type { GoSkeletonOptions } from './options.ts';

export { goModuleName } from './module-files.ts';
export type { GoCheckout, GoSkeletonOptions } from './options.ts';

/**
 * The files of a Go plugin that are its author's own: an entry point, a method for each of the schema that answers with
 * a valid value, and what it takes to build and ship them. Paths are relative to the plugin's folder.
 * @throws TypeError where the schema declares no methods
 */
export function generateGoPluginSkeleton(schema: Schema, options: GoSkeletonOptions): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  const path = `${goModuleName(options.name)}/${options.plumbing}`;
  return [
    { path: 'Dockerfile', text: dockerfile(options) },
    ...moduleFiles(options),
    { path: 'main.go', text: mainFile(contract, path) },
    { path: 'plugin.go', text: handlerFile(schema, contract, path) },
  ];
}

function mainFile(contract: Contract, path: string): string {
  const bindings = contractImport(contract, path);
  // As gofmt has them: by path, whatever the name before it.
  const imports = [bindings.line, '"github.com/dlahoza/pluginart/pkg/protocol"'].sort((a, b) =>
    importPath(a) < importPath(b) ? -1 : 1,
  );
  return `// Command plugin serves what plugin.go does.
package main

import (
	"log"

	${imports.join('\n\t')}
)

func main() {
	if err := protocol.Serve(${bindings.name}.NewHandler(plugin{}), ${bindings.name}.ContractHash); err != nil {
		log.Fatal(err)
	}
}
`;
}

function importPath(line: string): string {
  return line.slice(line.indexOf('"'));
}

function dockerfile({ name, checkout }: GoSkeletonOptions): string {
  const image = goModuleName(name);
  const note =
    checkout === undefined
      ? ''
      : `#
# go.mod takes pluginart from a checkout, which docker cannot see. Put it into this folder first:
#   go mod vendor
`;
  return `# docker build -t ${image} .
${note}FROM golang:1.26 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /plugin .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /plugin /plugin
ENTRYPOINT ["/plugin"]
`;
}
