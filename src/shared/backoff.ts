interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
}

export class Backoff {
  private pauseMs: number;

  constructor(private readonly options: BackoffOptions) {
    this.pauseMs = options.firstMs;
  }

  next(): number {
    const { pauseMs } = this;
    this.pauseMs = Math.min(pauseMs * 2, this.options.longestMs);
    return pauseMs;
  }

  reset(): void {
    this.pauseMs = this.options.firstMs;
  }
}
