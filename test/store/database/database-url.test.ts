import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { toClientConfig } from '../../../src/store/database/database-url.js';
import { openStore } from '../../../src/store/open-store.js';
import { StoreStartError } from '../../../src/store/database/start-error.js';
import { CERTIFICATE, CERTIFICATE_KEY } from '../../support/certificate.js';
import { serverOptions } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';

async function open(databaseUrl: string) {
  const warnings: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line) => void warnings.push(JSON.parse(line) as Record<string, unknown>) },
  );
  try {
    await (await openStore({ ...serverOptions(databaseUrl), log })).close();
    return { failure: null, warnings };
  } catch (failure) {
    return { failure, warnings: warnings.filter(({ msg }) => msg !== 'store.unavailable') };
  }
}

function withParameters(databaseUrl: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(databaseUrl);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

const refusal = (sentence: string) => ({ failure: new StoreStartError(sentence), warnings: [] });

describe('DATABASE_URL', () => {
  const server = useOwnPostgres();

  it.each(['pay/ments', 'q?x', 'a#b', 'a@b:c', 'ä 50%', 'Groß'])(
    'names the database "%s", percent-encoded',
    async (name) => {
      const url = new URL(await server().createDatabase());
      await server().sql(url.href, `CREATE DATABASE "${name}"`);
      url.pathname = `/${encodeURIComponent(name)}`;

      expect(await open(url.href)).toEqual({ failure: null, warnings: [] });
      expect(toClientConfig(url.href).database).toBe(name);
    },
  );

  it.each(['schema', 'currentSchema', 'search_path'])('may not have the parameter %s', async (name) => {
    const databaseUrl = withParameters(await server().createDatabase(), { [name]: 'gateway' });

    expect(await open(databaseUrl)).toEqual(
      refusal(
        `DATABASE_URL has the parameter ${name}, which PostgreSQL does not know, so the tables would ` +
          'go elsewhere. Write options=-c%20search_path%3D and the schema instead.',
      ),
    );
  });

  it('has parameters without effect named in a warning', async () => {
    const databaseUrl = withParameters(await server().createDatabase(), {
      connection_limit: '5',
      pgbouncer: 'true',
      application_name: 'shop',
    });

    expect(await open(databaseUrl)).toEqual({
      failure: null,
      warnings: [
        expect.objectContaining({
          parameters: ['connection_limit', 'pgbouncer'],
          msg: 'store.url-parameters-unknown',
        }) as unknown,
      ],
    });
  });

  it.each(['verify_full', 'requires', 'VERIFY-FULL', ''])('may not have the sslmode "%s"', async (sslmode) => {
    expect(await open(withParameters(await server().createDatabase(), { sslmode }))).toEqual(
      refusal(
        'The sslmode of DATABASE_URL must be one of disable, allow, prefer, require, verify-ca, ' +
          'verify-full, no-verify.',
      ),
    );
  });

  it('may not name a file that is not there', async () => {
    const databaseUrl = withParameters(await server().createDatabase(), { sslrootcert: '/nowhere/ca.pem' });

    expect(await open(databaseUrl)).toEqual(
      refusal('The sslrootcert of DATABASE_URL names a file that can not be read (ENOENT).'),
    );
  });

  describe('of a server without TLS', () => {
    it.each(['require', 'verify-full', 'no-verify'])('with sslmode=%s says so', async (sslmode) => {
      expect(await open(withParameters(await server().createDatabase(), { sslmode }))).toEqual(
        refusal(
          `The database at 127.0.0.1:${server().port} does not offer TLS, which DATABASE_URL asks ` +
            'for. Turn its ssl on, or set sslmode=disable where the way to it is private.',
        ),
      );
    });

    it.each(['sslmode=prefer', 'sslmode=allow', 'sslmode=prefer&uselibpqcompat=true', 'ssl=false'])(
      'with %s goes on without',
      async (parameters) => {
        expect(await open(`${await server().createDatabase()}?${parameters}`)).toEqual({ failure: null, warnings: [] });
      },
    );

    it('with sslmode=prefer warns where the connection leaves the machine', async () => {
      const url = new URL(withParameters(await server().createDatabase(), { sslmode: 'prefer' }));
      url.hostname = '0.0.0.0';

      expect(await open(url.href)).toEqual({
        failure: null,
        warnings: [expect.objectContaining({ msg: 'store.unencrypted' }) as unknown],
      });
    });
  });

  describe('of a server with TLS', () => {
    const authority = () => join(server().folder, 'server.crt');
    beforeAll(async () => {
      const { uid, gid } = statSync(server().folder);
      for (const [name, text] of [
        ['server.crt', CERTIFICATE],
        ['server.key', CERTIFICATE_KEY],
      ] as const) {
        const file = join(server().folder, name);
        writeFileSync(file, text, { mode: 0o600 });
        chownSync(file, uid, gid);
      }
      const databaseUrl = await server().createDatabase();
      await server().sql(databaseUrl, `ALTER SYSTEM SET ssl_cert_file = '${authority()}'`);
      await server().sql(databaseUrl, `ALTER SYSTEM SET ssl_key_file = '${join(server().folder, 'server.key')}'`);
      await server().sql(databaseUrl, 'ALTER SYSTEM SET ssl = on');
      await server().stop('fast');
      await server().start();
    });

    it.each(['require', 'verify-ca', 'verify-full'])(
      'with sslmode=%s wants its certificate proved',
      async (sslmode) => {
        const databaseUrl = withParameters(await server().createDatabase(), { sslmode });

        expect(await open(databaseUrl)).toEqual(
          refusal(
            `TLS with the database at 127.0.0.1:${server().port} failed ` +
              '(DEPTH_ZERO_SELF_SIGNED_CERT). ' +
              'Name the file of the authority that signed its certificate in sslrootcert of ' +
              'DATABASE_URL; sslmode=no-verify encrypts for whoever answers.',
          ),
        );
        expect(await open(withParameters(databaseUrl, { sslrootcert: authority() }))).toEqual({
          failure: null,
          warnings: [],
        });
      },
    );

    it.each(['prefer', 'no-verify'])('with sslmode=%s encrypts without a proof', async (sslmode) => {
      const url = new URL(withParameters(await server().createDatabase(), { sslmode }));
      url.hostname = '0.0.0.0';

      expect(await open(url.href)).toEqual({ failure: null, warnings: [] });
    });
  });
});
