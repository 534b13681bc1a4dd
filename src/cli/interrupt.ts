// Ctrl-C and SIGTERM. Ordinarily they end the process at once, scratch files removed; while something runs that can end in
// order (training), the first one asks it to, and the second ends the process.

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

let stop: (() => void) | undefined;
let end: (() => Promise<void>) | undefined;
let ending = false;

/** Whether a signal is ending the process: what fails now fails because of that. */
export const isEnding = (): boolean => ending;

/** What must come to an end before the process may: a thread that is stopped inside the runtime would abort it. */
export function endBy(work: () => Promise<void>): void {
  end = work;
}

/** Called once, at the start: exits by `process.exit`, so that scratch folders go (see disk/scratch). */
export function onSignal(): void {
  for (const [signal, code] of Object.entries(signals))
    process.on(signal, () => {
      const [stopping, closing] = [stop, end];
      [stop, end] = [undefined, undefined];
      if (stopping !== undefined) return stopping();
      if (closing === undefined) process.exit(code);
      ending = true;
      void closing().finally(() => process.exit(code));
    });
}

/** Runs work that ends in order when its signal is aborted. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>, onStop: () => void): Promise<T> {
  const controller = new AbortController();
  stop = () => {
    onStop();
    controller.abort();
  };
  try {
    return await work(controller.signal);
  } finally {
    stop = undefined;
  }
}
