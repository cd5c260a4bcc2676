/** How checks write numbers. */

export const count = (value: number): string => value.toLocaleString('en');

/** A share with enough digits to differ from 0. */
export const percent = (share: number): string =>
  share === 0 ? '0 %' : `${share < 0.001 ? (share * 100).toPrecision(1) : (share * 100).toFixed(1)} %`;
