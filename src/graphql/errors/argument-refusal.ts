/** An argument of a query breaks a rule. The message is shown to the client: it says the rule, and nothing that was sent. */
export class ArgumentRefusal extends Error {
  override readonly name = 'ArgumentRefusal';
}
