// Long work on the caller's thread, cut so that the event loop gets its turn.

const SLICE_MS = 10;

/**
 * A function to await between pieces of work: every 10 ms it lets the event loop have its turn, through setTimeout,
 * which exists everywhere; else it returns at once.
 */
export function takingTurns(): () => Promise<void> {
  let turnAt = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < turnAt) return;
    await new Promise((turn) => setTimeout(turn, 0));
    turnAt = performance.now() + SLICE_MS;
  };
}
