// Joins the built command and the compiler into one script, dist/joined.js, and keeps what V8 compiled of it in
// dist/joined.cache. bin/pluginart.js prefers the two to the modules: Node takes a third of a millisecond to find,
// read and link each of more than a hundred modules, and compiles their functions anew in every run, which together
// takes longer than all of the work that `pluginart gen` does.
//
// Each module becomes a function that runs on first use. What is understood is what tsc writes: imports at the
// top of a file, declarations with `export` in the first column. Anything else is refused by name.
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const cli = join(import.meta.dirname, '..');
const dist = join(cli, 'dist');
const requireFrom = createRequire(join(dist, 'main.js'));

/** Packages whose modules are joined too. Of others only functions may be imported, which are taken on first call. */
const joinedPackages = new Set(['@pluginart/compiler']);

const modules = new Map();
const texts = [];

function moduleFunction(file) {
  const known = modules.get(file);
  if (known === 'in progress') throw new Error(`${file} takes part in a cycle of imports`);
  if (known !== undefined) return known;
  modules.set(file, 'in progress');
  const { head, body } = readModule(file);
  const name = `module${modules.size}`;
  const { text, exported } = joinBody(body, file);
  const prelude = head.map((statement) => joinImport(statement, file, exported));
  const members = [...exported].map(([outside, inside]) =>
    outside === inside ? outside : `${outside}: ${inside}`,
  );
  texts.push(
    `// ${relative(join(cli, '..'), file)}`,
    `const ${name} = once(() => {`,
    ...prelude.filter((line) => line !== ''),
    text.trim(),
    `return { ${members.join(', ')} };`,
    '});',
  );
  modules.set(file, name);
  return name;
}

/** Splits a file into the import (and re-export) statements at its top, and the rest. */
function readModule(file) {
  let body = readFileSync(file, 'utf8');
  const head = [];
  for (;;) {
    body = body.replace(/^(\s+|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
    const [statement] =
      /^(?:import|export)\s+(?:\*(?: as \w+)?|\{[^}]*\}|\w+)\s+from\s+'[^']+';/.exec(body) ?? [];
    if (statement === undefined) return { head, body };
    head.push(statement);
    body = body.slice(statement.length);
  }
}

/** The declaration that stands for an import; a re-export goes to `exported` instead. */
function joinImport(statement, file, exported) {
  const [, keyword, clause, source] = /^(import|export)\s+([\s\S]*?)\s+from\s+'([^']+)';$/.exec(statement);
  const target = targetOf(source, file);
  if (keyword === 'export') {
    if (target === undefined || !clause.startsWith('{')) throw new Error(`${file}: cannot join ${statement}`);
    const from = moduleFunction(target);
    for (const [inside, outside] of namesIn(clause)) exported.set(outside, `${from}().${inside}`);
    return '';
  }
  if (source.startsWith('node:')) return declaration(clause, `process.getBuiltinModule('${source}')`);
  if (target !== undefined) return declaration(clause, `${moduleFunction(target)}()`);
  return namesIn(clause)
    .map(
      ([outside, inside]) =>
        `const ${inside} = (...given) => requirePackage('${source}').${outside}(...given);`,
    )
    .join('\n');
}

function declaration(clause, value) {
  if (clause.startsWith('* as ')) return `const ${clause.slice('* as '.length)} = ${value};`;
  const members = namesIn(clause).map(([outside, inside]) =>
    outside === inside ? inside : `${outside}: ${inside}`,
  );
  return `const { ${members.join(', ')} } = ${value};`;
}

/** Replaces exported declarations and dynamic imports. */
function joinBody(body, file) {
  const exported = new Map();
  if (/\bimport\.meta\b/.test(body) && dirname(file) !== dist) {
    throw new Error(`${file} asks where it is, and will be elsewhere`);
  }
  const text = body
    .replaceAll('import.meta.', 'importMeta.')
    .replace(/^export (async function\*?|function\*?|class|const|let) (\w+)/gm, (_match, keyword, name) => {
      exported.set(name, name);
      return `${keyword} ${name}`;
    })
    .replace(/\bimport\('([^']+)'\)/g, (_statement, source) => {
      const target = targetOf(source, file);
      return target === undefined
        ? `importPackage('${source}')`
        : `Promise.resolve().then(${moduleFunction(target)})`;
    });
  return { text, exported };
}

/** The file that an import means, if it is to be joined. */
function targetOf(source, file) {
  if (source.startsWith('.')) return resolve(dirname(file), source);
  if (!joinedPackages.has(source)) return undefined;
  return requireFrom.resolve(source);
}

/** `{ a, b as c }` as pairs: the name there and the name here. */
function namesIn(clause) {
  return clause
    .slice(1, -1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const [outside, inside = outside] = name.split(/\s+as\s+/);
      return [outside, inside];
    });
}

const main = moduleFunction(join(dist, 'main.js'));
const text = `// Joined by cli/scripts/join.mjs from the files named below.
(function (importMeta, requirePackage, importPackage) {
function once(load) {
  let loaded;
  return () => (loaded ??= load());
}

${texts.join('\n')}

return ${main}();
})
`;

// Pure ASCII is read faster. The escapes mean the same in literals, and comments do not care.
const ascii = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

// Renamed into place, as the command may be starting at this moment.
const output = join(dist, 'joined.js');
writeFileSync(`${output}.${process.pid}`, ascii);
renameSync(`${output}.${process.pid}`, output);

const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'warm.mjs')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
process.exitCode = status ?? 1;
