/** The fields of a posted form, `application/x-www-form-urlencoded`. Never throws: what is no form has no fields. */
export function parseFormFields(body: Buffer): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}
