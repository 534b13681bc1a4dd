// HTML that cannot be injected into: everything put into a template is escaped unless it came out of one.

/** Markup that is already safe. */
export interface Html {
  readonly markup: string;
}

export type Insert = Html | string | number | undefined | readonly Insert[];

/** Builds markup; inserted text is escaped, inserted markup and lists of it stay, undefined is nothing. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  let markup = parts[0]!;
  inserts.forEach((insert, i) => {
    markup += markupOf(insert) + parts[i + 1]!;
  });
  return { markup };
}

/** Marks text as safe markup: only for what this project has written itself, such as a drawn figure. */
export const trusted = (markup: string): Html => ({ markup });

/** For text and for double- or single-quoted attributes. Control characters that HTML forbids become U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(forbidden, "\ufffd");
}

const forbidden = /[^\P{Cc}\t\n\r]/gu;

function markupOf(insert: Insert): string {
  if (insert === undefined) return "";
  if (typeof insert === "string" || typeof insert === "number") return escapeHtml(String(insert));
  if ("markup" in insert) return insert.markup;
  return insert.map(markupOf).join("");
}
