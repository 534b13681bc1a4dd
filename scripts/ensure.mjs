// Set-up that happens by itself: dependencies installed and sources compiled, each only when its inputs have changed.
// Plain Node without dependencies, since it runs before there are any.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const installStamp = join(root, "node_modules", ".oddity-installed");
const buildStamp = join(root, "dist", ".oddity-built");

/** Installs and builds what is missing. Exits with the failing command's code. */
export function ensure() {
  if (!isCurrent(installStamp, installInputs())) {
    // No package needs its install script, and onnxruntime-node's would fetch CUDA libraries from outside the registry.
    const npm = process.env.npm_execpath;
    const ci = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    if (npm) must(process.execPath, [npm, ...ci]);
    else must("npm", ci);
    writeFileSync(installStamp, installInputs());
  }
  build();
}

/** What `npm install` runs at its end (as `prepare`): the install is known to be current, the build follows. */
export function prepare() {
  writeFileSync(installStamp, installInputs());
  build();
}

function build() {
  const inputs = buildInputs();
  if (isCurrent(buildStamp, inputs)) return;
  must(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"]);
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, inputs);
}

const isCurrent = (stamp, inputs) => existsSync(stamp) && readFileSync(stamp, "utf8") === inputs;

/** Lock file and dependency fields; a changed script or description is no reason to install. */
function installInputs() {
  const { dependencies, devDependencies, overrides } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return hash([
    JSON.stringify({ dependencies, devDependencies, overrides }),
    readFileSync(join(root, "package-lock.json")),
  ]);
}

/** Names, sizes and times rather than contents: a thousand files are listed in milliseconds, and a removed one counts. */
function buildInputs() {
  const sources = readdirSync(join(root, "src"), { recursive: true }).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const files = [...sources.sort(byCode).map((name) => join("src", name)), "tsconfig.json", "tsconfig.build.json"];
  return hash([
    readFileSync(installStamp), // a new compiler or new types of a dependency
    ...files.map((name) => {
      const { size, mtimeMs } = statSync(join(root, name));
      return `${name} ${size} ${mtimeMs}\n`;
    }),
  ]);
}

const byCode = (a, b) => (a < b ? -1 : 1);

function hash(parts) {
  const sha = createHash("sha256");
  for (const part of parts) sha.update(part);
  return sha.digest("hex");
}

function must(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
