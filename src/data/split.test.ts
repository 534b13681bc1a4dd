import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { firstNormals, normalsOnly, type Parts, stratified } from "./split.js";

const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 1 : 0));
const anomalies = (rows: Uint32Array) => rows.filter((row) => labels[row] === 1).length;
const all = ({ train, test }: Parts) => [...train, ...test].sort((a, b) => a - b);

describe("stratified", () => {
  test("70/30 of each class, every row once", () => {
    const parts = stratified({ share: 0.7 }).parts(labels, new Random(1));
    expect([parts.train.length, anomalies(parts.train)]).toEqual([700, 70]);
    expect([parts.test.length, anomalies(parts.test)]).toEqual([300, 30]);
    expect(all(parts)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
  test("at most so many rows, drawn without repeats", () => {
    const parts = stratified({ share: 0.7, most: 200 }).parts(labels, new Random(1));
    expect(new Set(all(parts)).size).toBe(200);
    expect(all(parts).some((row) => row >= 500)).toBe(true);
  });
});

test("normals only: no anomaly trains, all of them are judged", () => {
  const parts = normalsOnly({ share: 0.7 }).parts(labels, new Random(1));
  expect([parts.train.length, anomalies(parts.train)]).toEqual([630, 0]);
  expect([parts.test.length, anomalies(parts.test)]).toEqual([370, 100]);
  expect(new Set(all(parts)).size).toBe(1000);
});

describe("first normals, as the published code splits", () => {
  test("the first ones in the order of the file train, whatever the seed", () => {
    const split = firstNormals({ share: 0.5, most: 5000, fewest: 10 });
    const { train, test: judged } = split.parts(labels, new Random(1));
    expect([...train]).toEqual(Array.from({ length: 1000 }, (_, i) => i).filter((i) => i % 10 > 0 && i < 500));
    expect([judged.length, anomalies(judged)]).toEqual([550, 100]);
    expect(split.parts(labels, new Random(2)).train).toEqual(train);
  });
  test("small sets are drawn with replacement, and copies stand in both parts", () => {
    const { train, test: judged } = firstNormals({ share: 0.5, most: 5000, fewest: 1000 }).parts(
      labels.slice(0, 100),
      new Random(1),
    );
    expect(train.length + judged.length).toBe(1000);
    expect(judged.filter((row) => train.includes(row)).length).toBeGreaterThan(100);
  });
});

test("the seed decides, and rows are mixed", () => {
  const split = stratified({ share: 0.7 });
  const train = (seed: number) => [...split.parts(labels, new Random(seed)).train];
  expect(train(1)).toEqual(train(1));
  expect(train(1)).not.toEqual(train(2));
  expect(train(1)).not.toEqual([...train(1)].sort((a, b) => a - b));
});

test("names and refusals", () => {
  expect(stratified({ share: 0.7, most: 10_000 }).name).toBe("stratified(share=0.7, most=10000)");
  expect(normalsOnly({ share: 0.5 }).name).toBe("normals-only(share=0.5)");
  expect(() => stratified({ share: 1 }).parts(labels, new Random(1))).toThrow(
    /share: expected a number between 0 and 1, got 1/,
  );
});
