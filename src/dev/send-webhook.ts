import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.js';
import { systemClock, type Clock } from '../shared/clock.js';
import { urlOf } from '../shared/net/listen.js';
import { SIGN_TYPE, signWebhook, WEBHOOK_HEADERS } from '../webhooks/signature.js';
import { print, runCommand } from '../shared/command-output.js';

export const SEND_WEBHOOK_USAGE = `Signs one event as the provider does and sends it to a gateway.

  npm run webhook:send -- <type> --order <id> [options]

  <type>            order.created, order.next_action, order.succeeded, order.failed, or any other
  --order <id>      the order it is about
  --payment <id>    the gateway's payment id, as the order's metadata carries it
  --reference <ref> the order's merchantReferenceId
  --amount <n>      what is charged, in major units, with --currency <code>
  --event <id>      the event's id (a new one each time): send the same twice to see a duplicate
  --age <seconds>   signs it that long ago: beyond 300 it is genuine but no longer believed
  --url <url>       default: /webhooks/clink of the gateway that the environment describes
  --secret <text>   default: the first of CLINK_WEBHOOK_SECRETS, or the embedded sandbox's own
`;

interface SendWebhookDefaults {
  readonly url: string;
  readonly secret: string | null;
}

interface SendWebhookDeps {
  readonly defaults: () => SendWebhookDefaults;
  readonly clock: Clock;
  readonly print: (text: string) => void;
}

/**
 * Returns the exit code: 0 accepted, 1 refused or not reached, 2 wrong usage. Never prints the
 * secret or the signature.
 */
export async function sendWebhook(args: readonly string[], deps: SendWebhookDeps): Promise<number> {
  const { code, text } = await signAndSend(args, deps);
  deps.print(text);
  return code;
}

interface Ending {
  readonly code: number;
  readonly text: string;
}

async function signAndSend(args: readonly string[], deps: SendWebhookDeps): Promise<Ending> {
  try {
    if (args.some((arg) => HELP.has(arg))) return { code: 0, text: SEND_WEBHOOK_USAGE };
    const command = readCommand(args, deps);
    const { status, text } = await post(command, deps.clock);
    return {
      code: status === 200 ? 0 : 1,
      text: `${command.type} ${command.eventId} -> ${status} ${text}`.trimEnd(),
    };
  } catch (error) {
    return { code: error instanceof UsageError ? 2 : 1, text: describeFailure(error) };
  }
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Command {
  readonly type: string;
  readonly eventId: string;
  readonly url: string;
  readonly secret: string;
  readonly ageSeconds: number;
  readonly order: Readonly<Record<string, unknown>>;
}

const OPTIONS = {
  order: { type: 'string' },
  payment: { type: 'string' },
  reference: { type: 'string' },
  amount: { type: 'string' },
  currency: { type: 'string' },
  event: { type: 'string' },
  age: { type: 'string' },
  url: { type: 'string' },
  secret: { type: 'string' },
} as const;

type Options = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

function readCommand(args: readonly string[], { defaults }: SendWebhookDeps): Command {
  const { type, options } = readOptions(args);
  const ageSeconds = Number(options.age ?? 0);
  if (!Number.isFinite(ageSeconds)) throw new UsageError('--age takes a number of seconds.');
  const secret = options.secret ?? defaults().secret;
  if (secret === null) throw new UsageError('No secret: set CLINK_WEBHOOK_SECRETS or give --secret.');
  return {
    type,
    ageSeconds,
    secret,
    eventId: options.event ?? `event_${randomUUID()}`,
    url: options.url ?? defaults().url,
    order: toOrder(type, options),
  };
}

function readOptions(args: readonly string[]): { type: string; options: Options } {
  const { values, positionals } = parseOrRefuse(args);
  const [type, ...rest] = positionals;
  if (type === undefined || rest.length > 0) throw new UsageError('Name one event type, such as order.succeeded.');
  if (values.order === undefined) throw new UsageError('Say which order it is about: --order <id>.');
  if ((values.amount === undefined) !== (values.currency === undefined))
    throw new UsageError('--amount and --currency go together.');
  return { type, options: values };
}

function parseOrRefuse(args: readonly string[]): { values: Options; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

const STATUS_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['order.created', 'created'],
  ['order.next_action', 'requires_action'],
  ['order.succeeded', 'success'],
  ['order.failed', 'failed'],
]);

function toOrder(type: string, { order, payment, reference, amount, currency }: Options): Command['order'] {
  return {
    orderId: order,
    type: 'onetime',
    merchantReferenceId: reference ?? 'null',
    metadata: payment === undefined ? {} : { gateway_payment_id: payment },
    status: STATUS_OF_TYPE.get(type) ?? null,
    amountTotal: amount === undefined ? null : Number(amount),
    paymentCurrency: currency ?? null,
    failureCode: type === 'order.failed' ? 'card_declined' : null,
  };
}

const ANSWER_TIMEOUT_MS = 10_000;
const MAX_PRINTED_CHARACTERS = 300;

async function post(command: Command, clock: Clock): Promise<{ status: number; text: string }> {
  const { type, eventId, order, url, secret, ageSeconds } = command;
  const signedAtMs = clock.now() - Math.round(ageSeconds * 1000);
  const envelope = { id: eventId, object: 'event', created: signedAtMs, type, data: { object: order } };
  const rawBody = Buffer.from(JSON.stringify(envelope));
  const timestamp = String(signedAtMs);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [WEBHOOK_HEADERS.timestamp]: timestamp,
      [WEBHOOK_HEADERS.signature]: signWebhook({ secret, timestamp, rawBody }),
      [WEBHOOK_HEADERS.signType]: SIGN_TYPE,
    },
    body: rawBody,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  return { status: response.status, text: (await response.text()).slice(0, MAX_PRINTED_CHARACTERS) };
}

function describeFailure(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${SEND_WEBHOOK_USAGE}`;
  // fetch hides the reason in the cause of its error.
  return `The event was not delivered: ${messageOf((error as { cause?: unknown }).cause ?? error)}`;
}

function messageOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'unknown reason';
}

function readDefaults(): SendWebhookDefaults {
  const { http, clink } = readConfig();
  return { url: `${urlOf(http.host, http.port)}/webhooks/clink`, secret: clink.webhookSecrets[0] ?? null };
}

const deps: SendWebhookDeps = {
  defaults: readDefaults,
  clock: systemClock,
  print: (text) => {
    print(`${text}\n`);
  },
};

if (require.main === module) runCommand(() => sendWebhook(process.argv.slice(2), deps));
