// The colours of figures and page: Okabe and Ito's colour-blind safe set, with a lighter twin of each for dark pages.

export interface Shade {
  readonly light: string;
  readonly dark: string;
}

/** Lower-case hex, so that a figure's attributes can be found by the style sheet. No two light shades are equal. */
export const palette = {
  page: { light: "#ffffff", dark: "#14181d" },
  ink: { light: "#1c2530", dark: "#e7ebef" },
  muted: { light: "#586473", dark: "#a3afbb" },
  line: { light: "#d9dee4", dark: "#343d47" },
  faint: { light: "#f4f6f8", dark: "#1c2229" },
  normal: { light: "#0072b2", dark: "#56b4e9" },
  strange: { light: "#c44f00", dark: "#ff9350" },
  third: { light: "#008661", dark: "#33c79b" },
  fourth: { light: "#a8508a", dark: "#e6a1ca" },
} as const satisfies Record<string, Shade>;

/** Colours for series that have no meaning of their own, in order of use. */
export const series = [palette.normal, palette.strange, palette.third, palette.fourth].map((shade) => shade.light);
