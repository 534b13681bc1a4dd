// The strangest and the most normal pictures, each beside its reconstruction and its heat map. The pictures are part of the page.
import { number } from "./format.js";
import { inferno } from "./heat.js";
import { type Html, html } from "./html.js";
import type { Gallery, PictureCard } from "./report.js";

/** Each picture of the page fits in this box, in CSS pixels. */
const box = { width: 144, height: 240 };

export function gallery({ strangest, ordinary, heat, ...size }: Gallery): Html {
  const shown = strangest.length > 0 || ordinary.length > 0;
  if (!shown) return html`<p>No picture was singled out.</p>`;
  const rebuilt = [...strangest, ...ordinary].some((card) => card.rebuilt !== undefined);
  return html`
<p>The higher the score, the stranger the picture. The p-value is the share of held-out normal pictures that are at least as strange.
Beside each picture ${rebuilt ? "stands what the detector would have it look like, and then" : "stands"} where it is strange.</p>
${legend(heat)}
${cards(strangest, size)}
${ordinary.length > 0 ? html`<h3>The most normal ones, for comparison</h3>${cards(ordinary, size)}` : undefined}`;
}

type Size = Pick<Gallery, "height" | "width">;

const cards = (list: readonly PictureCard[], size: Size): Html =>
  html`<div class="gallery">${list.map((card) => cardOf(card, size))}</div>`;

function cardOf({ name, score, pValue, truth, original, rebuilt, heat }: PictureCard, size: Size): Html {
  const scale = Math.min(box.width / size.width, box.height / size.height);
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  const panel = (png: Uint8Array, what: string): Html =>
    html`<img width="${width}" height="${height}" alt="${what} of ${name}" title="${what}" src="data:image/png;base64,${Buffer.from(png).toString("base64")}">`;
  return html`
<figure class="card"><div class="panels">${panel(original, "original")}${rebuilt ? panel(rebuilt, "reconstruction") : undefined}${panel(heat, "heat map")}</div>
<figcaption><span class="name">${name}</span><br>score ${number(score)}, p ${number(pValue, 2)}${truth ? html`, <strong>${truth}</strong>` : undefined}</figcaption></figure>`;
}

function legend({ low, high }: Gallery["heat"]): Html {
  const stops = Array.from({ length: 11 }, (_, i) => `rgb(${inferno(i / 10).join(" ")})`).join(", ");
  return html`
<div class="heat"><span>${number(low, 3)}</span><i style="background:linear-gradient(to right, ${stops})"></i><span>${number(high, 3)}</span></div>
<p class="quiet">One scale of heat for all pictures of this page, so that their colours compare. It begins at the median of the pixels shown, which is not
coloured, and ends at their 99.5th percentile; what is hotter has the last colour.</p>`;
}
