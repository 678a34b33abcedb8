import type { HostedStep } from './create-payment-call.js';

/** Does what the payer is asked to, as the hosted pages would: approves, pays, confirms. */
export async function visitHostedStep(step: HostedStep): Promise<void> {
  const request = toRequest(step);
  if (request === null) return;
  await fetch(request.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(request.fields).toString(),
    redirect: 'manual',
  });
}

function toRequest(step: HostedStep): { readonly url: string; readonly fields: Record<string, string> } | null {
  switch (step.__typename) {
    case 'Redirect': {
      const url = new URL(step.redirectUrl ?? '');
      const token = url.searchParams.get('token') ?? '';
      return { url: `${url.origin}${url.pathname}`, fields: { token, decision: 'approve' } };
    }
    case 'WalletQr':
      return step.fallbackUrl === null || step.fallbackUrl === undefined ? null : { url: step.fallbackUrl, fields: {} };
    case 'FormPost': {
      const fields = Object.fromEntries((step.fields ?? []).map(({ name, value }) => [name, value]));
      return { url: step.formUrl ?? '', fields: { ...fields, decision: 'confirm' } };
    }
  }
}
