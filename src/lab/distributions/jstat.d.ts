// What is used of jStat (https://jstat.github.io), which has no types of its own.
declare module "jstat" {
  interface Continuous<Parameters extends readonly number[]> {
    pdf(x: number, ...parameters: Parameters): number;
    cdf(x: number, ...parameters: Parameters): number;
    inv(p: number, ...parameters: Parameters): number;
  }
  const jstat: {
    readonly normal: Continuous<[mean: number, deviation: number]>;
    readonly studentt: Continuous<[freedom: number]>;
  };
  export default jstat;
}
