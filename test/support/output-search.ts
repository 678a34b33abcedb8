import { Writable } from 'node:stream';

/** What no gateway may write anywhere, by its shape. Tests that put something secret of another shape into a gateway name it with `searchFor`. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  'an API key': /\bsk_(?:test|uat|prod)_\w/,
  'a webhook secret': /\bwhsec_\w/,
  'an access token': /\beyJ[\w-]{8,}\.[\w-]/,
  'an Authorization header': /\bBearer\s+[\w.~+/=-]{8,}/i,
  'an e-mail address': /[\w.+-]@[\w-]+\.[a-z]{2,}/i,
  'a full instrument id': /\bpi_\w{5,}/,
  'a password in a URL': /\w:\/\/[^\s/:@"]+:[^\s/@"[\]]+@/,
};

/** Looks through everything that gateways write, line by line, while a suite runs. */
export interface OutputSearch {
  /** Adds a secret that is recognised by itself only. */
  searchFor(name: string, secret: string): void;
  look(text: string): void;
  /** What was found: the kind of secret and the line. */
  readonly found: readonly string[];
}

const LINE_SHOWN_CHARACTERS = 300;

export function createOutputSearch(): OutputSearch {
  const secrets = new Map<string, string>();
  const found: string[] = [];
  return {
    found,
    searchFor: (name, secret) => void secrets.set(secret, name),
    look: (text) => {
      for (const line of text.split('\n')) {
        const shapes = Object.entries(SHAPES).filter(([, shape]) => shape.test(line));
        const named = [...secrets].filter(([secret]) => line.includes(secret));
        for (const name of [...shapes.map(([kind]) => kind), ...named.map(([, kind]) => kind)])
          found.push(`${name} in: ${line.slice(0, LINE_SHOWN_CHARACTERS)}`);
      }
    },
  };
}

/** The search of the suite that is running. The test environment fails the suite at its end where something was found. */
export const outputSearch: OutputSearch = createOutputSearch();
Object.assign(globalThis, { foundInOutput: outputSearch.found });

/** Where a gateway in the tests' own process logs to: searched, and handed on where the test wants to read it as well. */
export function searchedOutput(handOn: (line: string) => void = () => undefined): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      outputSearch.look(chunk.toString());
      handOn(chunk.toString());
      done();
    },
  });
}

/** Adds the secrets among a gateway's settings, which their names give away. */
export function searchForSecretsOf(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env))
    if (/(?:SECRETS?|KEY)$/.test(name) && value !== '') outputSearch.searchFor(name, value);
}
