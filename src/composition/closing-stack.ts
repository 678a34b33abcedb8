interface Closable {
  close(): Promise<void>;
}

/** Closes what was opened in the opposite order. */
export class ClosingStack {
  private readonly parts: Closable[] = [];

  add<T extends Closable | null>(part: T): T {
    if (part !== null) this.parts.unshift(part);
    return part;
  }

  async close(): Promise<void> {
    for (const part of this.parts.splice(0)) await part.close();
  }
}
