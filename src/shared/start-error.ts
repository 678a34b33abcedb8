/** An expected reason not to start. The sentence says it and what to do; it never holds a secret. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
