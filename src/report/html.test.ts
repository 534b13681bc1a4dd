import { expect, test } from "vitest";
import { html, trusted } from "./html.js";

test("inserted text is escaped, inserted markup is not, lists are joined", () => {
  const evil = `<script>"&'`;
  const { markup } = html`<p title="${evil}">${[html`<b>${1}</b>`, undefined, evil]}${trusted("<i></i>")}</p>`;
  const escaped = "&lt;script&gt;&quot;&amp;&#39;";
  expect(markup).toBe(`<p title="${escaped}"><b>1</b>${escaped}<i></i></p>`);
});

test("control characters are replaced, line ends and tabs stay", () => {
  expect(html`${"a\u0000b\u001bc\td\n"}`.markup).toBe("a\ufffdb\ufffdc\td\n");
});
