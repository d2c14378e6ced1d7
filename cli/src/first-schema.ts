/** A schema to build on: one service with one method, in the service style. `name` is made of words, `image-tools`. */
export function firstSchema(name: string): string {
  const words = name.split(/[-_]/);
  const namespace = words.join('_').toLowerCase();
  const service = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `// The contract between a host and its plugins. Hosts and plugins prove to each other that they were built from
// the same bytes of this file, so any change, even of a comment, means: generate and build both again.
// Comments with three slashes are carried into the generated code.
namespace ${namespace};

/// What a host can ask of its ${name} plugins.
rpc_service ${service} {
  // A method takes one table and answers with another. Add as many as you like.
  ${service}(${service}Request): ${service}Response;
}

table ${service}Request {
  // "required" fields are always there; others may be left out.
  input: string (required);
}

table ${service}Response {
  output: string (required);
}
`;
}
