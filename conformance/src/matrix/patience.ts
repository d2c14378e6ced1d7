/** How long the runner waits for what should happen at once. Only what fails waits so long. */
export const patienceMs = 20_000;
/** Between two looks at what should change. */
export const pollMs = 20;

/** @throws Error naming what did not come in time */
export async function inTime<Result>(
  what: string,
  result: Promise<Result>,
  ms = patienceMs,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again. @returns the last result: undefined is "not yet" */
export async function eventually<Result>(look: () => Result | Promise<Result>): Promise<Result> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const result = await look();
    if (result !== undefined || performance.now() > endMs) return result;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
