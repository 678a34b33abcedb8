import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RELEASED = readFileSync('schema/released/payments.graphql', 'utf8');
const SESSION_ID = /\n {2}"""\n[^"]*"""\n {2}sessionId: ID\n/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the check of the schema against the last release', () => {
  it('passes for the schema as it is', () => {
    expect(check(RELEASED, readFileSync('schema/payments.graphql', 'utf8')).status).toBe(0);
  });

  it('says what was added, and passes', () => {
    const { status, stdout } = check(RELEASED.replace(SESSION_ID, '\n'), RELEASED);
    expect(stdout).toContain("safe: Field 'sessionId' was added to object type 'Payment'");
    expect(status).toBe(0);
  });

  it('fails for a field that clients of the release may still ask for', () => {
    const { status, stdout, stderr } = check(RELEASED, RELEASED.replace(SESSION_ID, '\n'));
    expect(stdout).toContain("BREAKING: Field 'sessionId' was removed from object type 'Payment'");
    expect(stderr).toBe(
      'The schema breaks clients of the last release. docs/schema-changes.md says how fields are changed and taken away.\n',
    );
    expect(status).toBe(1);
  });

  it('lets go of a field that the release had deprecated', () => {
    const deprecated = RELEASED.replace('  sessionId: ID\n', '  sessionId: ID @deprecated(reason: "Use orderId.")\n');
    expect(check(deprecated, RELEASED.replace(SESSION_ID, '\n')).status).toBe(0);
  });

  it('fails for an input field that becomes required', () => {
    const { status, stdout } = check(
      RELEASED,
      RELEASED.replace('  promotionCode: String\n', '  promotionCode: String!\n'),
    );
    expect(stdout).toContain("BREAKING: Input field 'CreatePaymentInput.promotionCode' changed type");
    expect(status).toBe(1);
  });
});

function check(released: string, current: string) {
  const files = [join(folder, 'released.graphql'), join(folder, 'current.graphql')] as const;
  writeFileSync(files[0], released);
  writeFileSync(files[1], current);
  return spawnSync(process.execPath, ['scripts/check-released-schema.mjs', ...files], { encoding: 'utf8' });
}
