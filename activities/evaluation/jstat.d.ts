/** The part of jstat 1.9.6 (a CommonJS module) that is used here; the package brings no types. */
declare module 'jstat' {
  const jstat: {
    jStat: {
      studentt: { inv(p: number, degreesOfFreedom: number): number };
      normal: { cdf(x: number, mean: number, sd: number): number };
    };
  };
  export default jstat;
}
