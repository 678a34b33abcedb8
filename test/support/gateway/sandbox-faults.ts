/** Replaces whatever faults were set in the sandbox of a gateway. */
export async function setFaults(
  { sandboxUrl }: { readonly sandboxUrl: string },
  faults: Readonly<Record<string, unknown>>,
): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'DELETE' });
  await fetch(`${sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
}
