const RESULT_TYPES = ['application/json', 'application/graphql-response+json'] as const;
type ResultType = (typeof RESULT_TYPES)[number];

/** The type that the client wants, null where it takes neither. Chosen before anything is executed. */
export function chooseResultType(accept: string | undefined): ResultType | null {
  if (accept === undefined || accept === '*/*' || NAMES_NOTHING.test(accept)) return 'application/json';
  const ranges = shortened(accept).split(',').map(parseRange);
  const ranked = RESULT_TYPES.flatMap((type) => bestMatch(type, ranges)).filter(({ range }) => range.quality > 0);
  ranked.sort(
    (a, b) =>
      b.range.quality - a.range.quality || specificity(b.range) - specificity(a.range) || a.position - b.position,
  );
  return ranked[0]?.type ?? null;
}

const NAMES_NOTHING = /^[\s,]*$/;

/** Several times what browsers and clients send: each range costs the server more than its sender. */
const MAX_ACCEPT_CHARACTERS = 500;

function shortened(accept: string): string {
  if (accept.length <= MAX_ACCEPT_CHARACTERS) return accept;
  return accept.slice(0, Math.max(0, accept.lastIndexOf(',', MAX_ACCEPT_CHARACTERS)));
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

interface RankedType {
  readonly type: ResultType;
  readonly range: MediaRange;
  readonly position: number;
}

/** Results come in UTF-8, and of the callback protocol there is one version. Other parameters mean nothing here. */
const UNMET_PARAMETER = /^(?:charset=(?!"?utf-?8"?$)|callbackspec=(?!"?1\.0"?$))/;
const NEVER: MediaRange = { type: '', quality: 0 };

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  if (parameters.some((parameter) => UNMET_PARAMETER.test(parameter))) return NEVER;
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

function bestMatch(type: ResultType, ranges: readonly MediaRange[]): RankedType[] {
  const matches = ranges.flatMap((range, position) =>
    [type, 'application/*', '*/*'].includes(range.type) ? [{ type, range, position }] : [],
  );
  matches.sort((a, b) => specificity(b.range) - specificity(a.range));
  return matches.slice(0, 1);
}

function specificity({ type }: MediaRange): number {
  if (type === '*/*') return 0;
  return type.endsWith('/*') ? 1 : 2;
}
