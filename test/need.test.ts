// What need() gives when the thing is there, and that ODDITY_REQUIRE turns a skip into a failure.
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { need } from "./need.js";

afterEach(() => vi.unstubAllEnvs());

test("what exists is given with its full path", () => {
  vi.stubEnv("VK_DRIVER_FILES", "test/need.ts");
  expect(need("webgpu")).toBe(fileURLToPath(new URL("need.ts", import.meta.url)));
});

test("what is required and absent fails the test and says how to get it", () => {
  vi.stubEnv("VK_DRIVER_FILES", "no/such/driver.json");
  vi.stubEnv("VK_ICD_FILENAMES", "");
  vi.stubEnv("ODDITY_REQUIRE", "python,webgpu");
  expect(() => need("webgpu")).toThrow("no webgpu here; set VK_DRIVER_FILES");
});
