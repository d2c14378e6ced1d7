/** What the plugin on the other side takes as PLUGIN_TOKEN: 16 to 64 bytes as hex. */
const tokenPattern = /^(?:[\da-fA-F]{2}){16,64}$/;

export type TokenResult = { readonly token: string } | { readonly wrong: string };

/** Reads a remote plugin's secret from the variable that `token_env` names. Its value is never repeated. */
export function readToken(variable: string, environment: NodeJS.ProcessEnv): TokenResult {
  const value = environment[variable];
  if (value === undefined || value === '') {
    return {
      wrong: `token_env names the variable ${variable}, which is not set: put the plugin's PLUGIN_TOKEN in it`,
    };
  }
  if (!tokenPattern.test(value)) {
    return {
      wrong: `token_env names the variable ${variable}, which does not hold 16 to 64 bytes as hex digits: \`openssl rand -hex 32\` makes a secret for both sides`,
    };
  }
  return { token: value };
}
