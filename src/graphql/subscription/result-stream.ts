import { createSourceEventStream, execute, type ExecutionArgs, type FormattedExecutionResult } from 'graphql';

/** The results of one subscription, ready to be sent. Never throws; `return()` ends a wait at once. */
export interface ResultStream extends AsyncIterableIterator<FormattedExecutionResult> {
  return(): Promise<IteratorResult<FormattedExecutionResult>>;
  throw(error?: unknown): Promise<IteratorResult<FormattedExecutionResult>>;
}

export interface SubscriptionRun {
  readonly args: ExecutionArgs;
  /** Loaders remember what they have read, so each event gets a context of its own. */
  contextForEvent(): unknown;
  mask(errors: readonly unknown[]): FormattedExecutionResult['errors'];
}

/** A refusal (wrong variables, say) is a single result. */
export async function openResultStream(run: SubscriptionRun): Promise<ResultStream | FormattedExecutionResult> {
  const opened = await createSourceEventStream(run.args);
  if ('errors' in opened) return { errors: run.mask(opened.errors ?? []) };
  return new MaskedResults((opened as AsyncIterable<unknown>)[Symbol.asyncIterator](), run);
}

const DONE: IteratorResult<FormattedExecutionResult> = { done: true, value: undefined };

class MaskedResults implements ResultStream {
  private isOver = false;

  constructor(
    private readonly events: AsyncIterator<unknown>,
    private readonly run: SubscriptionRun,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult>> {
    if (this.isOver) return DONE;
    try {
      const event = await this.events.next();
      if (event.done !== true) return { done: false, value: await this.resolve(event.value) };
      this.isOver = true;
      return DONE;
    } catch (error) {
      // A source that breaks is a bug. A client that only saw the connection break would try again.
      this.isOver = true;
      return { done: false, value: { errors: this.run.mask([error]) } };
    }
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult>> {
    this.isOver = true;
    await this.events.return?.();
    return DONE;
  }

  throw(): Promise<IteratorResult<FormattedExecutionResult>> {
    return this.return();
  }

  private async resolve(event: unknown): Promise<FormattedExecutionResult> {
    const { args, contextForEvent, mask } = this.run;
    const { data, errors } = await execute({ ...args, rootValue: event, contextValue: contextForEvent() });
    return { data, ...(errors !== undefined && { errors: mask(errors) }) };
  }
}
