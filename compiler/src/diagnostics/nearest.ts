import { closestMatch } from 'leven';

/**
 * The name a person may have meant: the nearest one, if no more than two letters differ, or a third of a long one.
 * Differences of upper and lower case count for nothing.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 200) return undefined;
  const byLowerCase = new Map<string, string>();
  for (const candidate of candidates) {
    if (candidate.length <= 200 && candidate !== name) byLowerCase.set(candidate.toLowerCase(), candidate);
  }
  const maxDistance = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  const found = closestMatch(name.toLowerCase(), [...byLowerCase.keys()], { maxDistance });
  return found === undefined ? undefined : byLowerCase.get(found);
}

/** The hint for an unknown name; undefined where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}
