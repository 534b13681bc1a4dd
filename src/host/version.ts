// The version of this package, as models and help state it. A test holds it equal to package.json.

export const version = "0.1.0";
