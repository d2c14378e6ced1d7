export interface GoSkeletonOptions {
  /** The plugin's name, as in `pluginart.toml`. */
  readonly name: string;
  /** The folder of the generated bindings, relative to the plugin's, without slashes around it. */
  readonly plumbing: string;
  /** The version of the Go module, without `v`. */
  readonly version: string;
  /** Where the Go module is taken from; undefined = from where Go takes modules. */
  readonly checkout: GoCheckout | undefined;
}

/** A checkout of pluginart, whose module may not be published. */
export interface GoCheckout {
  /** Its folder: relative to the plugin's, beginning with a dot, or absolute. */
  readonly path: string;
  /** The text of its go.mod and go.sum. */
  readonly mod: string;
  readonly sum: string;
}
