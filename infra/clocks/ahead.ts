/**
 * How far the clock of this process is ahead of a server's. The server's answer counts for the middle of the question's
 * time, so the result is wrong by half of that time at most.
 *
 * @param ask returns the server's time
 */
export async function aheadOfServer(ask: () => Promise<Date>, now: () => number = Date.now): Promise<number> {
  const asked = now();
  const theirs = await ask();
  return (asked + now()) / 2 - theirs.getTime();
}
