// The detectors. A new one is its file and one line here; library, command line, docs and suites follow.

export { a3 } from "./a3.js";
export { alad } from "./alad.js";
export { anogan } from "./anogan.js";
export { autoencoder } from "./autoencoder.js";
export { copod } from "./copod.js";
export { dagmm } from "./dagmm.js";
export { deepSad } from "./deep-sad.js";
export { deepSvdd } from "./deep-svdd.js";
export { devnet } from "./devnet.js";
export { ecod } from "./ecod.js";
export { egbad } from "./egbad.js";
export { fAnogan } from "./f-anogan.js";
export { gan } from "./gan.js";
export { gandi } from "./gandi.js";
export { ganomaly } from "./ganomaly.js";
export { isolationForest } from "./isolation-forest.js";
export { knn } from "./knn.js";
export { lof } from "./lof.js";
export { meanDistance } from "./mean-distance.js";
export { ocsvm } from "./ocsvm.js";
export { pca } from "./pca.js";
export { skipGanomaly } from "./skip-ganomaly.js";
export { vae } from "./vae.js";
