import type { Schema } from '../../../model.ts';
import { kebabCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { handlerFile } from './handler-file.ts';

export interface PythonSkeletonOptions {
  /** The plugin's name, as in `pluginart.toml`. */
  readonly name: string;
  /** The folder of the generated bindings, relative to the plugin's: a package. */
  readonly plumbing: string;
  /** What pip is to install as the runtime: a requirement, or the path of a checkout's package. */
  readonly runtime: string;
}

/**
 * The files of a Python plugin that are its author's own: an entry point, a handler for each method that answers with a
 * valid value of the schema, and what it takes to run and ship them. Paths are relative to the plugin's folder.
 * @throws TypeError where the schema declares no methods
 */
export function generatePythonPluginSkeleton(
  schema: Schema,
  options: PythonSkeletonOptions,
): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  return [
    { path: 'Dockerfile', text: dockerfile(options) },
    { path: 'handler.py', text: handlerFile(schema, contract, options.plumbing) },
    { path: 'plugin.py', text: pluginFile },
    { path: 'requirements.txt', text: `${options.runtime}\n` },
  ];
}

const pluginFile = `"""Serves what handler.py does. A host starts it; started by hand it says how it is run."""

from pluginart import serve

from handler import Handler

if __name__ == "__main__":
    serve(Handler())
`;

function dockerfile({ name, plumbing, runtime }: PythonSkeletonOptions): string {
  const note = runtime.startsWith('pluginart')
    ? ''
    : `#
# requirements.txt takes pluginart from a checkout, which docker cannot see. Put a wheel into this folder first:
#   pip wheel --no-deps --wheel-dir . <checkout>/runtimes/python
# and let requirements.txt name it: ./pluginart-<version>-py3-none-any.whl
`;
  return `# docker build -t ${kebabCase(name)}-plugin-py .
${note}FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt *.whl ./
RUN pip install --no-cache-dir -r requirements.txt
COPY plugin.py handler.py ./
COPY ${plumbing} ./${plumbing}
USER nobody
ENTRYPOINT ["python", "plugin.py"]
`;
}
