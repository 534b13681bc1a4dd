// Who may import whom in src/. Tests are free of the arrows (an op's test runs it on every runtime), not of the rest.
const down = ["tensor", "graph", "runtime", "nn", "train", "host", "encode", "detectors"];
const below = (room) => down.slice(0, down.indexOf(room));
const beside = ["disk", "data", "decide", "metrics"];

/** Room: the rooms it may import besides itself. A new room needs a row here. */
const rooms = {
  tensor: [],
  graph: ["tensor"],
  runtime: ["tensor", "graph"],
  nn: ["tensor", "graph"],
  train: [...below("train"), "disk", "metrics"],
  // what a detector needs of the machine; how raw columns become features
  host: [...below("host"), "disk"],
  encode: ["tensor", "graph", "runtime", "data"],
  disk: ["tensor"],
  metrics: ["tensor"],
  data: ["tensor", "disk"],
  decide: ["tensor"],
  detectors: [...below("detectors"), "data", "decide", "metrics"],
  explain: ["tensor", ...beside, "detectors"],
  report: ["tensor", ...beside, "detectors", "lab"],
  experiments: [...down, ...beside, "explain"],
  lab: [...down, ...beside],
  server: [...down, ...beside, "explain", "experiments"],
  cli: [...down, ...beside, "explain", "report", "experiments", "lab", "server"],
};

/** Room: the packages, by the beginning of their names, that no other room may import. */
const owned = {
  runtime: ["onnxruntime-"],
  data: ["@duckdb/", "sharp"],
  report: ["vega"],
  cli: ["commander", "cli-progress"],
};

module.exports = {
  forbidden: [
    {
      name: "no-cycles", // of what runs: types may refer to each other, and are gone after compilation
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "every-room-has-its-row",
      severity: "error",
      from: { path: `^src/(?!(${Object.keys(rooms).join("|")})/)[^/]+/` },
      to: {},
    },
    {
      name: "nothing-imports-cli",
      severity: "error",
      from: { pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `arrows-of-${room}`,
      severity: "error",
      from: { path: `^src/${room}/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})/` },
    })),
    ...Object.entries(owned).map(([room, packages]) => ({
      name: `packages-of-${room}`,
      severity: "error",
      from: { path: "^src/", pathNot: `^src/${room}/` },
      to: { path: `^(node_modules/)?(${packages.join("|")})` },
    })),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true, // an import of types alone is an arrow too
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
