// Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to three diagonals, then implicit QL (EISPACK's
// tred2 and tql2). ml-matrix has it too; this one walks along rows in memory, several times as fast on wide tables, and
// lets other work have its turn, so that it can be stopped.

export interface Eigen {
  /** Falling. */
  readonly values: Float64Array;
  /** f64[size, size]: row i belongs to value i. */
  readonly vectors: Float64Array;
}

/**
 * @param matrix f64[size, size], symmetric; overwritten
 * @param turn awaited between pieces of work; what it throws ends the work
 */
export async function eigenOf(matrix: Float64Array, size: number, turn: () => Promise<void>): Promise<Eigen> {
  const { diagonal, beside } = await reduce(matrix, size, turn);
  const rows = await accumulate(matrix, size, turn);
  await iterate(diagonal, beside, rows, size, turn);
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const vectors = new Float64Array(size * size);
  for (const [i, place] of order.entries()) vectors.set(rows.subarray(place * size, (place + 1) * size), i * size);
  return { values: Float64Array.from(order, (place) => diagonal[place]!), vectors };
}

/**
 * Mirrors I - vvᵀ (|v|² = 2) that leave three diagonals. Of the matrix only the part below the diagonal is used; mirror k,
 * for the rows after k, ends up in row k to the right of the diagonal.
 */
async function reduce(a: Float64Array, size: number, turn: () => Promise<void>) {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size); // beside[k] stands between k and k + 1
  const v = new Float64Array(size);
  const p = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    diagonal[k] = a[k * size + k]!;
    if (k === size - 1) break;
    let square = 0;
    for (let i = k + 1; i < size; i++) {
      v[i] = a[i * size + k]!;
      square += v[i]! * v[i]!;
    }
    const length = Math.sqrt(square);
    const first = v[k + 1]!;
    const alpha = first > 0 ? -length : length;
    beside[k] = alpha;
    // |v - alpha·e|² = 2·length·(length + |first|)
    const half = length * (length + Math.abs(first));
    if (half <= Number.MIN_VALUE) {
      v.fill(0, k + 1);
      a.fill(0, k * size + k + 1, (k + 1) * size);
      continue;
    }
    v[k + 1] = first - alpha;
    const scale = 1 / Math.sqrt(half);
    for (let i = k + 1; i < size; i++) v[i]! *= scale;
    multiply(a, size, k + 1, v, p);
    let dot = 0;
    for (let i = k + 1; i < size; i++) dot += p[i]! * v[i]!;
    for (let i = k + 1; i < size; i++) p[i]! -= (dot / 2) * v[i]!;
    for (let i = k + 1; i < size; i++) {
      const [vi, pi, start] = [v[i]!, p[i]!, i * size];
      for (let j = k + 1; j <= i; j++) a[start + j]! -= vi * p[j]! + pi * v[j]!;
    }
    for (let i = k + 1; i < size; i++) a[k * size + i] = v[i]!;
    await turn();
  }
  return { diagonal, beside };
}

/** p = a·v for the rows and columns from `first` on, of which the part below the diagonal is known. */
function multiply(a: Float64Array, size: number, first: number, v: Float64Array, p: Float64Array): void {
  p.fill(0, first);
  for (let i = first; i < size; i++) {
    const start = i * size;
    const vi = v[i]!;
    let sum = a[start + i]! * vi;
    for (let j = first; j < i; j++) {
      const x = a[start + j]!;
      sum += x * v[j]!;
      p[j]! += x * vi;
    }
    p[i]! += sum;
  }
}

/** The product of all mirrors, transposed: its rows span what the three diagonals' axes stand for. */
async function accumulate(a: Float64Array, size: number, turn: () => Promise<void>): Promise<Float64Array> {
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  // the last mirror first: mirrors before it have not touched what it leaves alone
  for (let k = size - 2; k >= 0; k--) {
    const v = a.subarray(k * size, (k + 1) * size);
    for (let i = k + 1; i < size; i++) {
      const start = i * size;
      let dot = 0;
      for (let j = k + 1; j < size; j++) dot += rows[start + j]! * v[j]!;
      for (let j = k + 1; j < size; j++) rows[start + j]! -= dot * v[j]!;
    }
    await turn();
  }
  return rows;
}

/** Turns neighbouring rows until nothing stands beside the diagonal. */
async function iterate(
  d: Float64Array,
  e: Float64Array,
  rows: Float64Array,
  size: number,
  turn: () => Promise<void>,
): Promise<void> {
  for (let low = 0; low < size; low++) {
    for (;;) {
      let end = low;
      while (end < size - 1 && Math.abs(e[end]!) > Number.EPSILON * (Math.abs(d[end]!) + Math.abs(d[end + 1]!))) end++;
      if (end === low) break;
      // Wilkinson's shift
      let g = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let r = Math.hypot(g, 1);
      g = d[end]! - d[low]! + e[low]! / (g + (g < 0 ? -r : r));
      let [s, c, p] = [1, 1, 0];
      let i = end - 1;
      for (; i >= low; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[end] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(rows, size, i, s, c);
      }
      await turn();
      if (r === 0 && i >= low) continue;
      d[low]! -= p;
      e[low] = g;
      e[end] = 0;
    }
  }
}

function rotate(rows: Float64Array, size: number, i: number, s: number, c: number): void {
  const upper = i * size;
  const lower = upper + size;
  for (let k = 0; k < size; k++) {
    const a = rows[upper + k]!;
    const b = rows[lower + k]!;
    rows[lower + k] = s * a + c * b;
    rows[upper + k] = c * a - s * b;
  }
}
