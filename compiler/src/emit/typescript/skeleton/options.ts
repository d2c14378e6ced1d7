export interface SkeletonOptions {
  readonly language: 'typescript';
  /** The plugin's name, as in `pluginart.toml`. */
  readonly name: string;
  /** The folder of the generated bindings, relative to the plugin's, without slashes around it. */
  readonly plumbing: string;
  /** What npm is to install as `pluginart`: a version, or `file:` and a path relative to the plugin's folder. */
  readonly runtime: string;
}
