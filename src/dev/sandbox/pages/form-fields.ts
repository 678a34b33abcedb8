export function parseFormFields(body: Buffer): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}
