// Seeded random numbers: sfc32 (Doty-Humphrey, PractRand), one independent stream for every path of names
// below the run's seed. A stream is addressed, not shared: `random.at("dropout", step)` is the same numbers
// whoever drew before, which is what makes a resumed run equal to an uninterrupted one.

/** Mixes a word into a hash (murmur3's finaliser on the running state). */
function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mixKey(hash: number, key: string | number): number {
  if (typeof key === "number") return mix(mix(hash, key >>> 0), Math.floor(key / 2 ** 32) >>> 0);
  let h = mix(hash, key.length);
  for (let i = 0; i < key.length; i++) h = mix(h, key.charCodeAt(i));
  return h;
}

const TO_UNIT = 1 / 2 ** 32;

/** Raw draws on their way into an array; never kept. */
let scratch = new Uint32Array(1024);

export class Random {
  readonly #key: number;
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  /** @param seed a whole number ≥ 0, below 2^53 */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new Error(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
    this.#key = mixKey(0x9e3779b9, seed);
    this.#a = mix(this.#key, 1);
    this.#b = mix(this.#key, 2);
    this.#c = mix(this.#key, 3);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An independent stream below this one; asking twice gives the same stream from its start. */
  at(...path: readonly (string | number)[]): Random {
    return new Random(path.reduce<number>(mixKey, this.#key));
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.next() * TO_UNIT;
  }

  /** A whole number from 0 to n - 1, without the bias of a plain remainder. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const x = this.next();
      if (x < limit) return x % n;
    }
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills with standard normal numbers, two for each pair of uniforms. */
  fillNormal(out: Float32Array): Float32Array {
    const raw = this.#draw(out.length + (out.length & 1));
    for (let i = 0; i < out.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - raw[i]! * TO_UNIT));
      const angle = 2 * Math.PI * TO_UNIT * raw[i + 1]!;
      out[i] = radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  fillUniform(out: Float32Array, low = 0, high = 1): Float32Array {
    const raw = this.#draw(out.length);
    for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * TO_UNIT * raw[i]!;
    return out;
  }

  /**
   * Fills with 1/share (probability `share`, to 2^-16) and 0: what dropout multiplies by. Two elements for each draw of
   * a counter through SplitMix32's finaliser, whose steps do not wait for each other: masks are most of the random
   * numbers of a training step, and this is three times as fast.
   */
  fillKeep(out: Float32Array, share: number): Float32Array {
    const limit = Math.round(share * 65536);
    const bits = new Int32Array(out.buffer, out.byteOffset, out.length);
    const kept = new Int32Array(Float32Array.of(65536 / limit).buffer)[0]!;
    let counter = this.next() | 0;
    for (let i = 0; i < bits.length; i += 2) {
      counter = (counter + 0x9e3779b9) | 0;
      let draw = counter ^ (counter >>> 16);
      draw = Math.imul(draw, 0x21f0aaad);
      draw ^= draw >>> 15;
      draw = Math.imul(draw, 0x735a2d97);
      draw ^= draw >>> 15;
      // the bits of 1/share or of 0 by the sign of (half - limit); a store beyond the end is ignored
      bits[i] = kept & (((draw & 0xffff) - limit) >> 31);
      bits[i + 1] = kept & (((draw >>> 16) - limit) >> 31);
    }
    return out;
  }

  /** The next `count` draws of `next`, with the state in local variables: several times faster than one by one. */
  #draw(count: number): Uint32Array {
    if (scratch.length < count) scratch = new Uint32Array(count);
    const out = scratch;
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let n = this.#count;
    for (let i = 0; i < count; i++) {
      const sum = (((a + b) | 0) + n) | 0;
      n = (n + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      out[i] = sum;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#count = n;
    return out;
  }

  /** The whole numbers 0 to n - 1 in random order (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  /** `count` distinct numbers below n (all of them if there are fewer), in random order. */
  sample(n: number, count: number): Uint32Array {
    const size = Math.min(n, count);
    // the first steps of a Fisher-Yates shuffle, remembering only the places that moved
    const moved = new Map<number, number>();
    return Uint32Array.from({ length: size }, (_, i) => {
      const j = i + this.below(n - i);
      const drawn = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
      return drawn;
    });
  }
}
