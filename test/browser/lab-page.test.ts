// The page of a laboratory run in a browser: its policy lets the player's script run, and no other.

import { type Browser, chromium } from "playwright-core";
import { expect, test } from "vitest";
import { madeRun } from "../../src/report/lab/made-run.js";
import { writeLabReport } from "../../src/report/lab/write.js";
import { need } from "../need.js";

test("the player of a page moves; a script that was changed does not run", async () => {
  const executablePath = need("browser");
  let html = "";
  const run = madeRun({ steps: 4000, every: 1000, plotEvery: 2000, fits: ["KS_s"] });
  await writeLabReport(run, async (name, content) => {
    if (name === "report.html") html = String(content);
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
    const page = await browser.newPage();
    const shown = () => page.textContent("[data-step]");
    const path = () => page.getAttribute("[data-moving] path:last-child", "d");

    await page.setContent(html);
    const last = await path();
    expect(await shown()).toBe("step 4,000");
    expect(await page.isVisible("[data-play]")).toBe(true);
    await page.fill("[data-slider]", "1");
    expect(await shown()).toBe("step 1,000");
    expect(await path()).not.toBe(last);
    await page.click("[data-play]");
    await expect.poll(shown, { timeout: 10_000 }).toBe("step 4,000");
    expect(await path()).toBe(last);

    await page.setContent(html.replace("<script>", "<script>;"));
    expect(await shown()).toBe("step 4,000");
    expect(await page.isVisible("[data-play]")).toBe(false);
  } finally {
    await browser?.close();
  }
});
