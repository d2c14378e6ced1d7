import { closestMatch } from 'leven';

/** Longer names are not looked for: the work grows with the product of the lengths. */
const MAX_LENGTH = 200;

/**
 * The name a person may have meant: the nearest one, if no more than two letters differ, or a third of a
 * long one; fewer of a short one. Upper and lower case count as the same.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const byLowerCase = new Map<string, string>();
  for (const candidate of candidates) {
    if (candidate.length > MAX_LENGTH || candidate === name) continue;
    byLowerCase.set(candidate.toLowerCase(), candidate);
  }
  const wanted = name.toLowerCase();
  const maxDistance =
    name.length < 6 ? Math.floor(name.length / 2) : Math.max(2, Math.floor(name.length / 3));
  const found = byLowerCase.has(wanted)
    ? wanted
    : closestMatch(wanted, [...byLowerCase.keys()], { maxDistance });
  return found === undefined || (maxDistance === 0 && found !== wanted) ? undefined : byLowerCase.get(found);
}

/** The hint for an unknown name; undefined where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}
