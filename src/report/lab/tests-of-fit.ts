// Tests of fit in words, of records that may be older or newer than the list of tests.
import type { FitTest } from "../../lab/fit/define.js";
import { fitTests } from "../../lab/fit/index.js";

const perfect: Readonly<Record<FitTest["better"], string>> = {
  lower: "Lower is better.",
  higher: "Higher is better.",
  half: "One half is best.",
};

export function wordsOfTest(id: string): Pick<FitTest, "about" | "better"> {
  const test = fitTests.find((each) => each.id === id);
  if (test === undefined) return { about: `${id}.`, better: "lower" };
  return { about: `${test.about.replace(/\.$/, "")}. ${perfect[test.better]}`, better: test.better };
}
