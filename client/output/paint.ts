import pc from 'picocolors';

/** Functions that colour a text by its meaning. They return plain text if the output has no colours. */
export interface Paint {
  strong: (text: string) => string;
  faint: (text: string) => string;
  good: (text: string) => string;
  bad: (text: string) => string;
  warn: (text: string) => string;
}

export function openPaint(isColourful: boolean): Paint {
  const { bold, dim, green, red, yellow } = pc.createColors(isColourful);
  return { strong: bold, faint: dim, good: green, bad: red, warn: yellow };
}
