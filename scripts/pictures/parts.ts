import { line, rect, svg, text } from './drawing.ts';

const WIDTH = 800;
const HEIGHT = 328;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly says: readonly string[];
  readonly isOurs: boolean;
}

/** Two rows and three columns of them. */
const at = (column: 0 | 1 | 2, row: 0 | 1, name: string, says: Box['says'], isOurs = false): Box => ({
  ...{ left: [36, 272, 600][column] ?? 0, top: [62, 210][row] ?? 0, width: 168, height: 82 },
  ...{ name, says, isOurs },
});

const BOXES = [
  at(0, 0, 'EventBridge', ['starts a run', 'every hour']),
  at(1, 0, 'Lambda', ['decides what is due,', 'and does it'], true),
  at(2, 0, 'InfluxDB', ['the tokens,', 'each with its owner']),
  at(0, 1, 'CloudWatch', ['log, metrics, alarms', 'that say what to do']),
  at(1, 1, 'Secrets Manager', ['one secret a consumer,', 'one for the rotator']),
  at(2, 1, 'Applications', ['Telegraf, Grafana,', 'your own']),
];

/** What is deployed, and what it talks to, as an SVG. */
export function parts(): string {
  return svg({
    width: WIDTH,
    height: HEIGHT,
    title:
      'The parts: a schedule starts a function, which reads and writes secrets in Secrets Manager and tokens in InfluxDB',
    description:
      'In your AWS account, EventBridge starts the Lambda function every hour. The function makes, switches off and deletes tokens in InfluxDB, and puts each new token into its secret in Secrets Manager. Applications read the secret, and use its token for InfluxDB. The log and the metrics go to CloudWatch, whose alarms tell people.',
    body: [
      '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="unfilled quiet-line" d="M1 1 7 4 1 7" stroke-width="1.5"/></marker></defs>',
      rect(16, 16, 444, HEIGHT - 32, 'sunken', 8),
      text(36, 42, 'your AWS account', 'quiet small'),
      ...BOXES.flatMap(box),
      arrow([204, 103], [270, 103]),
      arrow([440, 103], [598, 103]),
      text(530, 95, 'makes, tries, ends', '', 'middle'),
      arrow([356, 144], [356, 208]),
      text(366, 172, 'looks, stores,'),
      text(366, 188, 'promotes'),
      arrow([272, 144], [206, 208]),
      arrow([600, 251], [442, 251]),
      text(530, 243, 'read', '', 'middle'),
      arrow([684, 210], [684, 146]),
      text(694, 182, 'use'),
    ],
  });
}

function box({ left, top, width, height, name, says, isOurs }: Box): string[] {
  const middle = left + width / 2;
  const first = top + height / 2 - (says.length - 1) * 8 - 4;
  return [
    rect(left + 0.5, top + 0.5, width - 1, height - 1, isOurs ? 'soft main-line' : 'paper edge-line', 6),
    text(middle, first, name, 'strong', 'middle'),
    ...says.map((said, index) => text(middle, first + 18 + 16 * index, said, 'quiet small', 'middle')),
  ];
}

const arrow = (from: readonly [number, number], to: readonly [number, number]): string =>
  line(from, to, 'quiet-line', ' stroke-width="1.5" marker-end="url(#head)"');
