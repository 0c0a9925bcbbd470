/** A picture for pages on GitHub and npm: it has a ground of its own, so that it can be read on any. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What it is, and what it shows: for those who hear it. */
  readonly title: string;
  readonly description: string;
  readonly body: readonly string[];
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

const LIGHT = {
  paper: '#ffffff',
  edge: '#d5d9dd',
  sunken: '#f3f5f5',
  ink: '#1d2328',
  quiet: '#5a646d',
  line: '#e3e6e8',
  main: '#0f6f74',
  soft: '#dcecec',
  onmain: '#ffffff',
  grace: '#c98a12',
  under: '#f8ecd2',
  off: '#87919a',
};

const DARK: typeof LIGHT = {
  paper: '#14171a',
  edge: '#30363c',
  sunken: '#1f2428',
  ink: '#e6e9ec',
  quiet: '#a0aab3',
  line: '#2a3036',
  main: '#5cc3c4',
  soft: '#1f3b3e',
  onmain: '#0c1a1b',
  grace: '#e5b454',
  under: '#3b2f17',
  off: '#87919a',
};

/** What names a colour fills with it, except that what ends in `-line` is drawn in it. */
const STYLE = `
text { font: 13px ${FONT}; fill: var(--ink) }
.strong { font-weight: 600 }
.small { font-size: 12px }
text.quiet { fill: var(--quiet) }
text.onmain { fill: var(--onmain) }
${['paper', 'sunken', 'ink', 'main', 'soft', 'grace', 'under', 'off'].map((name) => `.${name} { fill: var(--${name}) }`).join(' ')}
${['edge', 'line', 'main', 'ink', 'quiet', 'grace', 'off'].map((name) => `.${name}-line { stroke: var(--${name}) }`).join(' ')}
.unfilled { fill: none }
`;

export function svg({ width, height, title, description, body }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    '<style>',
    `:root { ${variables(LIGHT)} }`,
    `@media (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }`,
    `${STYLE.trim()}`,
    '</style>',
    `<rect class="paper edge-line" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

export function text(
  x: number,
  y: number,
  said: string,
  classes = '',
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  const as = classes === '' ? '' : ` class="${classes}"`;
  const from = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${short(x)}" y="${short(y)}"${as}${from}>${escaped(said)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number, classes: string, radius = 0): string {
  const round = radius === 0 ? '' : ` rx="${radius}"`;
  return `<rect class="${classes}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${round}/>`;
}

export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  classes: string,
  more = '',
): string {
  const [[x1, y1], [x2, y2]] = [from.map(short), to.map(short)] as [string[], string[]];
  return `<line class="${classes}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"${more}/>`;
}

export const short = (value: number): string => String(Math.round(value * 10) / 10);

function variables(colours: typeof LIGHT): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

function escaped(said: string): string {
  return said.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
