// Work in a process of its own, both sides of it: a compiled module that is told what to do in messages, and tells how it goes.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Child<Order extends object> {
  tell(order: Order): void;
  /** Nothing more will be told; it ends when it has nothing to do. */
  release(): void;
  /** How it ended: "exit code 0", "SIGKILL". */
  readonly ended: Promise<string>;
}

/** @param entry see `workerUrl` */
export function startProcess<Order extends object, Told extends object>(
  entry: URL,
  hear: (told: Told) => void,
): Child<Order> {
  const child = fork(fileURLToPath(entry), { execArgv: [], serialization: "advanced" });
  child.on("message", hear);
  return {
    // one that is gone hears nothing more, and `ended` says so
    tell: (order) => void child.send(order, () => undefined),
    release: () => child.disconnect(),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    }),
  };
}

export interface Parent<Told extends object> {
  tell(told: Told): void;
  /** The last that is told: the process ends with it. */
  end(told: Told): void;
}

/** Inside such a process. @param onGone called when there is nobody left to work for */
export function parentProcess<Order extends object, Told extends object>(
  hear: (order: Order) => void,
  onGone: () => void,
): Parent<Told> {
  // the parent hears Ctrl-C as well, and says when to stop
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  process.on("disconnect", onGone);
  process.on("message", hear);
  return {
    // a parent may be gone at any moment: `onGone` is what heeds it
    tell(told) {
      if (process.connected) process.send?.(told, () => undefined);
    },
    end(told) {
      if (process.connected) process.send?.(told, () => process.exit(0));
      else process.exit(0);
    },
  };
}
