import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemPython } from '../python-environment.mjs';
import { EmptyProject } from './empty-project.ts';
import { root } from './versioned-files.mjs';

const python = systemPython();
const strict = process.env.PLUGINART_STRICT === '1';
const skip =
  python === undefined && !strict ? 'THE PYTHON PACKAGE IS NOT TRIED: there is no Python 3.11' : false;
if (skip !== false) process.stderr.write(`\n*** ${skip} ***\n\n`);

const environment = {
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PYTHONWARNINGS: 'error::ResourceWarning',
};

/** Lists an archive's files, whichever of the two it is. */
const list = `
import sys, tarfile, zipfile
path = sys.argv[1]
names = zipfile.ZipFile(path).namelist() if path.endswith(".whl") else tarfile.open(path).getnames()
print("\\n".join(names))`;

const hostProgram = `import pluginart
from plugins.greet.greet_client import GreetClient
from pluginart import PluginError, PluginManager

assert "/site-packages/" in pluginart.__file__, pluginart.__file__
with PluginManager.from_config("pluginart.toml") as manager:
    try:
        print("answered", GreetClient(manager, "greet").greet(input="hello").output)
    except PluginError as error:
        print("failed", error.code_name, error.origin, error)
`;

describe('the Python package as it is published', { skip }, () => {
  const tools = new EmptyProject();
  const archives = join(tools.folder, 'dist');
  after(() => tools[Symbol.dispose]());

  before(() => {
    const requirements = join(root, 'scripts/release/requirements-packing.txt');
    tools.run(
      `${python} -m venv tools
      tools/bin/pip install --quiet -r ${requirements}
      tools/bin/python -m build --outdir dist ${join(root, 'runtimes/python')}`,
      environment,
    );
  });

  function archive(ending: string): string {
    return tools.run(`ls ${archives}/pluginart-*${ending}`).trim();
  }

  function contents(ending: string): string[] {
    return execFileSync(python ?? 'python3', ['-c', list, archive(ending)], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
  }

  it('gives twine nothing to say', () => {
    const said = tools.run('tools/bin/twine check --strict dist/*', environment);
    assert.equal(said.match(/PASSED/g)?.length, 2, said);
  });

  it('has in its wheel the package and its licence, and nothing else', () => {
    const names = contents('.whl');
    for (const name of [
      'pluginart/__init__.py',
      'pluginart/py.typed',
      'pluginart/control/codecs.py',
      'pluginart/codec/reader.py',
      'pluginart/host/manager/__init__.py',
      'pluginart/plugin/serve.py',
    ]) {
      assert.ok(names.includes(name), name);
    }
    const others = names.filter((name) => !/^pluginart(\/|-[\d.]+\.dist-info\/)/.test(name));
    assert.deepEqual(others, []);
    assert.ok(names.some((name) => name.endsWith('.dist-info/licenses/LICENSE')));
    assert.ok(!names.some((name) => /(^|\/)(tests?|__pycache__|\.venv)\//.test(name)), 'tests or leftovers');
  });

  it('has in its sdist what it is built and tested with', () => {
    const names = contents('.tar.gz').map((name) => name.replace(/^[^/]*\//, ''));
    for (const name of [
      'pyproject.toml',
      'README.md',
      'LICENSE',
      'src/pluginart/py.typed',
      'tests/test_errors.py',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(!names.some((name) => /__pycache__|\.venv|\.hypothesis/.test(name)), 'leftovers');
  });

  for (const ending of ['.whl', '.tar.gz']) {
    it(`makes a plugin and a host, installed from its ${ending}`, () => {
      using project = new EmptyProject();
      project.run(
        `${python} -m venv .venv
        .venv/bin/pip install --quiet ${archive(ending)}
        pluginart init schema --name greet >/dev/null
        pluginart gen plugin --lang python --name greet >/dev/null
        pluginart gen bindings --lang python --target host --out plugins/greet >/dev/null`,
        environment,
      );
      project.write(
        'pluginart.toml',
        `version = 1

[[plugins]]
name = "greet"
path = ".venv/bin/python"
args = ["greet-plugin-py/plugin.py"]
schema = "schema/greet.fbs"
`,
      );
      project.write('host.py', hostProgram);
      // The handlers that are generated answer with the request in upper case.
      assert.equal(project.run('.venv/bin/python host.py', environment), 'answered HELLO\n');
      assert.match(project.run('pluginart validate --config pluginart.toml', environment), /greet/);
    });
  }
});
