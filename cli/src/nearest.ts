/** `; did you mean "bindings"?`, or nothing where no candidate is near. Loads the comparison only now, on the way to an error. */
export async function didYouMean(
  written: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  const { closestMatch } = await import('leven');
  const maxDistance = Math.max(1, Math.ceil(written.length / 3));
  const nearest =
    closestMatch(written, candidates, { maxDistance }) ??
    (written.length > 1 ? candidates.find((candidate) => candidate.startsWith(written)) : undefined);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}
