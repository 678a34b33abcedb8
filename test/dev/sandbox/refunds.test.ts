import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import { eventually, getJson, ledgerOf, pay, postJson, startTestSandbox } from './sandbox-harness.js';

interface RefundAnswer {
  code: number;
  msg: string;
  data: { refundId: string; status: string; refundAmount: number } | null;
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

async function refund(fields: Record<string, unknown>): Promise<RefundAnswer> {
  return (await (await postJson(sandbox, { path: 'refund', body: fields })).json()) as RefundAnswer;
}

async function paidOrderId(fields: Record<string, unknown> = {}): Promise<string> {
  return (await pay(sandbox, fields)).data?.orderId ?? '';
}

function ended(answer: RefundAnswer): Promise<RefundAnswer> {
  return eventually(
    () => getJson<RefundAnswer>(sandbox, `refund/${answer.data?.refundId}`),
    ({ data }) => data?.status !== 'refunding',
  );
}

async function orderStatus(orderId: string): Promise<string> {
  return (await getJson<{ data: { status: string } }>(sandbox, `order/${orderId}`)).data.status;
}

describe('POST /refund', () => {
  it('gives the money back in parts that add up exactly', async () => {
    const orderId = await paidOrderId({ amount: 0.3 });

    const first = await refund({ orderId, refundMerchantOrderId: 'r-part-1', refundAmount: 0.1, refundReasonType: 2 });
    expect(first.data).toMatchObject({ orderId, status: 'refunding', refundAmount: 0.1, refundCurrency: 'USD' });
    expect((await ended(first)).data).toMatchObject({ status: 'success', refundReason: 'requested_by_customer' });
    expect(await orderStatus(orderId)).toBe('partial_refunded');

    await ended(await refund({ orderId, refundMerchantOrderId: 'r-part-2', refundAmount: 0.2 }));
    expect(await orderStatus(orderId)).toBe('refunded');
    expect((await ledgerOf(sandbox)).charges).toContainEqual(expect.objectContaining({ orderId, status: 'refunded' }));
  });

  it('returns the first refund for a merchant id that was used before', async () => {
    const orderId = await paidOrderId();
    const first = await refund({ orderId, refundMerchantOrderId: 'r-again', refundAmount: 1 });

    const second = await refund({ orderId, refundMerchantOrderId: 'r-again', refundAmount: 5 });

    expect(second.data).toMatchObject({ refundId: first.data?.refundId, refundAmount: 1 });
  });

  it('fails after its moment where the merchant id begins with fail_, and the order stays paid', async () => {
    const orderId = await paidOrderId();

    const answer = await ended(await refund({ orderId, refundMerchantOrderId: 'fail_1', refundAmount: 19.99 }));

    expect(answer.data).toMatchObject({ status: 'failed', failureCode: 'processor_communication_error' });
    expect(await orderStatus(orderId)).toBe('success');
  });

  it('never promises more than was paid', async () => {
    const orderId = await paidOrderId();
    await refund({ orderId, refundMerchantOrderId: 'r-most', refundAmount: 19 });

    const tooMuch = await refund({ orderId, refundMerchantOrderId: 'r-over', refundAmount: 1 });
    await refund({ orderId, refundMerchantOrderId: 'r-rest', refundAmount: 0.99 });
    const nothingLeft = await refund({ orderId, refundMerchantOrderId: 'r-none', refundAmount: 0.01 });

    expect(tooMuch).toEqual({ code: 90101206, msg: 'The amount or currency is incorrect.', data: null });
    expect(nothingLeft).toEqual({ code: 400, msg: 'already_refunded', data: null });
  });

  it.each<[string, Record<string, unknown>, { code: number; msg: string }]>([
    ['no merchant id', { refundMerchantOrderId: '' }, { code: 400, msg: 'refundMerchantOrderId is required.' }],
    ['an unknown order', { orderId: 'order_x' }, { code: 404, msg: 'ORDER_NOT_FOUND' }],
    ['an amount as text', { refundAmount: '1' }, { code: 90101206, msg: 'The amount or currency is incorrect.' }],
    ['nothing', { refundAmount: 0 }, { code: 90101206, msg: 'The amount or currency is incorrect.' }],
    ['parts of a cent', { refundAmount: 0.001 }, { code: 90101206, msg: 'The amount or currency is incorrect.' }],
    ['an unknown reason', { refundReasonType: 9 }, { code: 400, msg: 'refundReasonType must be 0, 1, 2 or 3.' }],
    ['a long remark', { remark: 'x'.repeat(501) }, { code: 400, msg: 'remark is too long.' }],
  ])('refuses %s', async (name, fields, refusal) => {
    const orderId = await paidOrderId();

    const answer = await refund({ orderId, refundMerchantOrderId: `r ${name}`, refundAmount: 1, ...fields });

    expect(answer).toEqual({ ...refusal, data: null });
  });

  it('refuses an order that was not paid', async () => {
    const orderId = await paidOrderId({ paymentInstrumentId: 'pi_card_declined' });

    const answer = await refund({ orderId, refundMerchantOrderId: 'r-unpaid', refundAmount: 1 });

    expect(answer).toEqual({ code: 400, msg: 'Only a paid order can be refunded.', data: null });
  });

  it('refuses a body that is no object, and knows only its own refunds', async () => {
    expect(await refund([] as unknown as Record<string, unknown>)).toEqual({
      code: 400,
      msg: 'The body is not a JSON object.',
      data: null,
    });
    expect(await getJson(sandbox, 'refund/rfd_x')).toEqual({ code: 404, msg: 'REFUND_NOT_FOUND', data: null });
  });
});
