/** A stream of server-sent events, read event by event. */
export interface EventStream {
  readonly response: Response;
  /** The next event; null where the stream has ended. */
  next(): Promise<StreamEvent | null>;
  abort(): void;
}

export interface StreamEvent {
  readonly event: string;
  readonly data: Record<string, unknown> | null;
}

/** Asks with `Accept: text/event-stream`; by POST unless the options say otherwise. */
export async function openEventStream(url: string, body: unknown, options: RequestInit = {}): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: abort.signal,
    ...options,
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...options.headers },
  });
  const events = response.body === null ? null : readEvents(response.body);
  return {
    response,
    next: async () => (await events?.next())?.value ?? null,
    abort: () => {
      abort.abort();
    },
  };
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, null> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.filter((block) => block !== ':').map(toEvent);
  }
  return null;
}

function toEvent(block: string): StreamEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const data = field('data');
  return { event: field('event'), data: data === '' ? null : (JSON.parse(data) as Record<string, unknown>) };
}
