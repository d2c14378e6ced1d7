/** `1,234`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits that count: `24.3 µs`, `1.53 ms`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1 ? `${threeDigits(milliseconds * 1_000)} µs` : `${threeDigits(milliseconds)} ms`;
}

/** `12 B`, `3.4 KiB`, `1.2 MiB`, with a sign where it is negative. */
export function bytes(value: number): string {
  const size = Math.abs(value);
  if (size < 1_024) return `${value.toFixed(0)} B`;
  return size < 1_048_576 ? `${(value / 1_024).toFixed(1)} KiB` : `${(value / 1_048_576).toFixed(1)} MiB`;
}

/** `1.18`, `24.3`, `311`. */
export function threeDigits(value: number): string {
  return Math.abs(value) >= 100 ? whole(value) : value.toPrecision(3);
}
