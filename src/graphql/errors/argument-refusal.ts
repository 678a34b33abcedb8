/** A rule that an argument of a query breaks. The client gets the message, which shows nothing that was sent. */
export class ArgumentRefusal extends Error {
  override readonly name = 'ArgumentRefusal';
}
