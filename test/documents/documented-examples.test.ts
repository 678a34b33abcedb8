import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { readConfig } from '../../src/config/config.js';
import { itemsOf, readSection } from '../support/documents.js';

const DOCUMENTS = ['.', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('.env.example', () => {
  it('lists every setting that is read, and no other', () => {
    const listed = readFileSync('.env.example', 'utf8').matchAll(/^# (?<name>[A-Z_]+)=|\bor (?<file>[A-Z_]+_FILE)/gm);
    const names = [...listed].map(({ groups }) => groups?.name ?? groups?.file ?? '');
    expect(names.sort()).toEqual([...namesRead()].sort());
  });

  /** What a laptop's, a production's and a file-fed start ask the environment for. */
  function namesRead(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const env of STARTS) {
      readConfig(
        new Proxy<Record<string, string>>(env, {
          get: (given, name) => {
            // The proxies have names in lower case as well.
            names.add(String(name).toUpperCase());
            return given[String(name)];
          },
        }),
      );
    }
    return names;
  }

  const PRODUCTION: Record<string, string> = {
    ...{ NODE_ENV: 'production', AUTH_MODE: 'jwt', AUTH_JWKS_URL: 'https://login.example/jwks' },
    ...{
      AUTH_ISSUER: 'https://login.example',
      AUTH_AUDIENCE: 'payments',
      DATABASE_URL: 'postgres://db.internal/payments',
    },
    ...{
      CLINK_API_KEY: 'sk_0123456789abcdef',
      CLINK_BASE_URL: 'https://api.clink.example/api/',
      CLINK_WEBHOOK_SECRETS: 'whsec_0123456789abcdef0123456789abcdef',
    },
  };
  const LOOPBACK = { CLINK_API_KEY: 'sk_0123456789abcdef', CLINK_BASE_URL: 'http://127.0.0.1:4010/api/' };
  const STARTS: readonly Record<string, string>[] = [{}, { AUTH_MODE: 'jwt' }, PRODUCTION, LOOPBACK];
});

describe('the codes of GraphQL errors in docs/errors.md', () => {
  const sources = ['src/http', 'src/graphql', 'src/dev/explorer'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );

  it('are those that the server answers with', () => {
    const items = itemsOf(readSection('docs/errors.md', 'GraphQL errors'));
    const names = items.map((item) => item.split(':')[0] ?? '');
    const documented = names.flatMap((text) => [...text.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code));
    const answered = new Set(sources.flatMap(codesOf));
    expect(answered.size).toBeGreaterThan(20);
    expect(documented.sort()).toEqual([...answered].sort());
  });

  /** Codes are written where an error is made, but for those of Apollo Server that are let through. */
  function codesOf(file: string): string[] {
    const made = /\bcode: '([A-Z_]+)'|\b([A-Z_]+) = '\2'/g;
    const letThrough = file.endsWith('error-masking.ts') ? /\bcase '([A-Z_]+)'/g : /(?!)/g;
    const text = readFileSync(file, 'utf8');
    return [made, letThrough].flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, code, named]) => code ?? named ?? ''),
    );
  }
});

describe('GraphQL in the documents', () => {
  const schema = buildSchema(readFileSync('schema/payments.graphql', 'utf8'), { assumeValidSDL: true });
  const examples = DOCUMENTS.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^```graphql\n(.*?)^```/gms)].flatMap(([, text = '']) =>
      /^(?:query|mutation|subscription|\{)/.test(text) ? [{ path, text }] : [],
    ),
  );

  it.each(examples)('of $path is valid', ({ text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });
});

/** The places that the host of a repository makes of the headings of a page. */
function anchorsOf(path: string): string[] {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(DOCUMENTS)('what %s names', (path) => {
  const text = readFileSync(path, 'utf8');
  const named = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

  it('is there: links, paths, suites and scripts', () => {
    const links = named(/\]\((?!https?:)([^)#]+)/g).map((link) => join(dirname(path), link));
    const paths = named(/`((?:src|test|docs|schema|examples|scripts|bench)\/[\w./-]+)`/g);
    const suites = named(/npx jest ([\w/. -]+)/g).flatMap((folders) => folders.trim().split(' '));
    const missing = [...links, ...paths, ...suites].filter(
      (name) => !existsSync(name) && !existsSync(`${name}.test.ts`),
    );
    expect(missing).toEqual([]);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(named(/npm run (?:--silent )?([\w:]+)/g).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('is there: sections', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
    const missing = links.filter(([, page = '', anchor = '']) => {
      const target = page === '' ? path : join(dirname(path), page);
      return !anchorsOf(target).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});
