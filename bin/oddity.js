#!/usr/bin/env node
// The `oddity` command: checks that it can run at all, then hands over to the compiled command line.
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const clone = fileURLToPath(new URL("..", import.meta.url));

if (major < 20 || (major === 20 && minor < 19)) {
  refuse(`oddity needs Node 20.19 or newer; this is ${process.versions.node}`);
} else {
  // No top-level await and no static import of the program: an older Node must get as far as the sentence above.
  import("../dist/cli/main.js").catch((error) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    const missing = error.message.split(" imported from")[0];
    refuse(`oddity is not installed completely (${missing}): run \`npm install\` in ${clone}`);
  });
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
