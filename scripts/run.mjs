// The project's own commands (see "scripts" in package.json): each first sets up what is missing, then does its work.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensure, prepare, root } from "./ensure.mjs";

const QUICKSTART = ["detect", "kdd99", "--detector", "egbad", "--out", "quickstart", "--force"];
const LAB = join("quickstart", "lab");

const verbs = {
  build: () => 0, // set-up has built
  quickstart,
  docs: (args) => node(["scripts/docs.mjs", ...args]),
  test,
  check,
};

const tool = (path) => join("node_modules", path);
const vitest = tool("vitest/vitest.mjs");

/** A detector on a real table, then a few seconds in the laboratory; the report of the one links to the page of the other. */
async function quickstart(args) {
  const code = await node(["bin/oddity.js", ...QUICKSTART, ...args]);
  if (code !== 0 || args.length > 0) return code;
  rmSync(join(root, LAB), { recursive: true, force: true });
  console.log("\nthe laboratory: what a GAN's discriminator learns, in 5,000 steps");
  const after = await node(["bin/oddity.js", "lab", "run", "mixture", "--quick", "--out", LAB]);
  if (after === 0) linkLab();
  return after;
}

/** Where there is such a page. */
function linkLab() {
  const [run] = readdirSync(join(root, LAB));
  const report = join(root, "quickstart", "report.html");
  if (run === undefined || !existsSync(join(root, LAB, run, "report.html"))) return;
  const link = `<p>Beside this report: <a href="lab/${run}/report.html">what a GAN's discriminator learns</a>, a short run of the laboratory.</p>`;
  const page = readFileSync(report, "utf8");
  if (!page.includes("<footer>"))
    throw new Error(`${report}: expected a footer to put the link to the laboratory before`);
  writeFileSync(report, page.replace("<footer>", `${link}\n<footer>`));
}

/** All tests, or those that vitest's arguments name; the last line of output is `N passed, N failed, N skipped`. */
async function test(args) {
  const report = join(root, ".cache", "tests.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(report, { force: true });
  const code = await node([
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...args,
  ]);
  const { passed, failed, skipped } = count(report);
  // A run can fail with no failed test: an unhandled rejection, a crashed process, a filter that matches nothing.
  console.log(`${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed, ${skipped} skipped`);
  return code;
}

/** Reads vitest's JSON report; a file that failed outside its tests counts as one failed test. */
function count(report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const brokenFiles = json.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((result) => result.status === "failed"),
  ).length;
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + brokenFiles,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

/** Everything short of the slow tests, or of all tests with --without-tests. All steps run, so that one round shows every fault. */
async function check(args) {
  const all = [
    ["types", [tool("typescript/bin/tsc"), "--noEmit", "-p", "tsconfig.json"]],
    ["format and lint", [tool("@biomejs/biome/bin/biome"), "ci", "--colors=off", "."]],
    ["arrows and cycles", [tool("dependency-cruiser/bin/dependency-cruise.mjs"), "src"]],
    ["dead code", [tool("knip/bin/knip.js")]],
    ["generated docs", ["scripts/docs.mjs", "--check"]],
    ["fast tests", [vitest, "run", "--project", "fast"]],
  ];
  const steps = args.includes("--without-tests") ? all.filter(([name]) => name !== "fast tests") : all;
  let worst = 0;
  const lane = async () => {
    for (let step = steps.shift(); step; step = steps.shift()) {
      const [name, args] = step;
      const start = performance.now();
      const { code, output } = await captured(args);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name.padEnd(18)} ${seconds.padStart(6)} s`);
      if (code !== 0) console.log(output);
      worst = Math.max(worst, code);
    }
  };
  await Promise.all([lane(), lane()]); // two at a time: most steps use one core
  return worst;
}

/** Runs Node on the given arguments with this terminal, and resolves to its exit code. */
function node(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("close", (code) => done(code ?? 1));
  });
}

/** The same with output kept, so that steps that run side by side do not mix their lines. */
function captured(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

// Ctrl-C reaches the child as well; it ends in its own way (a training run keeps its checkpoint), and its code passes through.
process.on("SIGINT", () => {});

const [verb = "", ...args] = process.argv.slice(2);
if (verb === "prepare") prepare();
else if (Object.hasOwn(verbs, verb)) {
  ensure();
  process.exitCode = await verbs[verb](args);
} else {
  console.error(`unknown command: "${verb}"; there are ${Object.keys(verbs).join(", ")}`);
  process.exitCode = 2;
}
