import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

export const COLOR = {
  candidate: '#2563eb',
  champion: '#94a3b8',
  better: '#15803d',
  worse: '#dc2626',
  same: '#64748b',
} as const;

/**
 * Draw a plot without a browser. Plot returns legends as HTML instead of SVG, so plots carry text labels instead of a
 * legend.
 */
export function svg(options: Plot.PlotOptions, label: string): string {
  // Plot's types do not accept the document type of linkedom.
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as {
    document: never;
  };
  const drawn: unknown = Plot.plot({
    style: { fontFamily: 'inherit', fontSize: '12px', background: 'none', overflow: 'visible' },
    ...options,
    document,
    ariaLabel: label,
  });
  const element = drawn as { setAttribute(name: string, value: string): void; outerHTML: string };
  element.setAttribute('role', 'img');
  return element.outerHTML;
}

/** Legend of a plot: a text for each colour, shown beside the plot. */
export const key = (entries: readonly (readonly [color: string, text: string])[]): string =>
  `<p class="key">${entries.map(([color, text]) => `<span class="swatch" style="background:${color}"></span>${text}`).join('')}</p>`;
