/** Escapes text for HTML and attributes. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export interface Section {
  title: string;
  /** One sentence that says how to read the section. */
  lead?: string;
  body: string;
}

const column = ({ title, lead, body }: Section): string =>
  `<div><h2>${escape(title)}</h2>${lead === undefined ? '' : `<p class="lead">${escape(lead)}</p>`}${body}</div>`;

/** Two sections side by side; one below the other on a narrow screen. */
export const twoColumns = (left: Section, right: Section): string =>
  `<section><div class="two">${column(left)}${column(right)}</div></section>`;

export const section = ({ title, lead, body }: Section): string =>
  `<section><h2>${escape(title)}</h2>${lead === undefined ? '' : `<p class="lead">${escape(lead)}</p>`}${body}</section>`;

/** A complete page. It loads no script, font, image or style. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>\n`;

const STYLE = `
:root{--ink:#0f172a;--soft:#475569;--line:#e2e8f0;--good:#15803d;--bad:#b91c1c}
*{box-sizing:border-box}
body{margin:0;background:#f8fafc;color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main{max-width:1040px;margin:0 auto;padding:28px 20px 48px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:0 0 2px}
h3{font-size:15px;margin:0 0 2px}
p{margin:0 0 8px}
.lead,.facts,.note{color:var(--soft)}
.note{font-size:13px}
section,.answer{background:#fff;border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-top:16px}
.answer{border-left:6px solid #64748b;font-size:17px}
.answer.better{border-left-color:var(--good)}
.answer.worse{border-left-color:var(--bad)}
.answer p:last-child{margin:0}
.two{display:grid;grid-template-columns:1fr 1fr;gap:24px}
@media(max-width:820px){.two{grid-template-columns:1fr}}
svg{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:7px 10px;border-bottom:1px solid var(--line);text-align:right;vertical-align:middle}
th{font-size:13px;font-weight:600;color:var(--soft);vertical-align:bottom}
td{white-space:nowrap}
th[colspan]{text-align:center}
th:first-child,td:first-child{text-align:left;white-space:normal}
td:first-child small{white-space:normal}
tr:last-child td{border-bottom:0}
td small{display:block;white-space:nowrap;color:var(--soft);font-size:12.5px;font-weight:400}
.chip{display:inline-block;border-radius:99px;padding:1px 10px;font-size:13px;font-weight:600;white-space:nowrap;background:#e2e8f0;color:#334155}
.chip.better{background:#dcfce7;color:#166534}
.chip.worse{background:#fee2e2;color:#991b1b}
td.better{background:#dcfce7}
td.worse{background:#fee2e2}
tr.small td{color:#94a3b8}
.key{font-size:13px;color:var(--soft)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;margin:0 5px 0 12px;vertical-align:-1px}
.swatch:first-child{margin-left:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:0;font-size:13px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code{font:12.5px ui-monospace,"DejaVu Sans Mono",monospace}
`;
