import { answerJson, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';

/** A provider that says back whatever it was told, its credentials included, in every place that has room for it. */
export function startEchoingClink(): Promise<FakeClink> {
  return startFakeClink((response, { headers, body, url }) => {
    const said = `${String(headers['x-api-key'])} ${body} ${url}`;
    const { paymentInstrumentId = '' } = parse(body) as { paymentInstrumentId?: string };
    const plan = /canary_(\w+)$/.exec(paymentInstrumentId)?.[1] ?? 'lookup';
    const answer = ANSWERS[plan];
    if (answer !== undefined) answerJson(response, answer(said));
    else if (plan === 'reset') response.destroy();
    else if (plan === 'garbage') response.setHeader('content-type', 'text/html').end(`<h1>${said}</h1>`);
    else response.writeHead(plan === 'unauthorized' ? 401 : 500, { 'x-said': 'canary-header' }).end(said);
  });
}

const paid = (said: string, changes: object = {}): object => ({
  ...{ code: 200, msg: said },
  data: { orderId: `order_${Math.random()}`, sessionId: 'sess_1', status: 1, debug: said, ...changes },
});

const ANSWERS: Readonly<Record<string, (said: string) => object>> = {
  paid: (said) => paid(said),
  declined: (said) => paid(said, { status: 3, failureCode: said, failureMessage: said }),
  action: (said) =>
    paid(said, { status: 5, action: { redirectUrl: `javascript:${said}`, method: said, postData: said } }),
  refused: (said) => ({ code: 90101206, msg: said, data: null }),
  unpublished: (said) => ({ code: 777, msg: said, data: { said } }),
  lookup: (said) => ({ code: 200, msg: said, data: { said } }),
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
