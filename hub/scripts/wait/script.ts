/**
 * Says how long to wait. The waiting itself is the step's sleep setting, which
 * reads this result: it occupies nothing and outlives a restart.
 */
export async function main(seconds: number) {
  const n = typeof seconds === "string" && seconds !== "" ? Number(seconds) : seconds;
  if (typeof n !== "number" || !Number.isFinite(n) || n < 0) {
    throw new Error(`seconds: must be a number, 0 or more, not ${JSON.stringify(seconds)}.`);
  }
  return { seconds: n };
}
