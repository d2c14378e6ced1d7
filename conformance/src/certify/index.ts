/** Certifies a plugin against PROTOCOL.md. `pluginart conformance` is thin over this. */

export { findRule } from '../rules/find-rule.ts';
export type { Rule } from '../rules/read-rules.ts';
export { type Certificate, type CertifyOptions, certify } from './certify.ts';
