/** Something expected keeps a program from starting. The sentence says what, and what to do; it never holds a secret. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
