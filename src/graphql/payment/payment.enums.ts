import { registerEnumType } from 'type-graphql';
import { PAYMENT_ERRORS, RETRY_ADVICE, type PaymentErrorCode, type RetryAdvice } from '../../payments/model/errors.js';
import type { PaymentEventSource } from '../../payments/model/payment.js';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import type { PaymentStatus } from '../../payments/model/status.js';

type EnumObject<Value extends string> = Readonly<Record<Value, Value>>;

export const PaymentMethodTypeEnum = describedEnum<PaymentMethodType>('PaymentMethodType', 'How the payer pays.', {
  ALIPAY: 'Alipay wallet.',
  CARD: 'A credit or debit card that was saved before.',
  CASHAPP: 'Cash App Pay.',
  GCASH: 'GCash wallet.',
  KAKAO: 'KakaoPay wallet.',
  PROMPTPAY: 'PromptPay, by a QR code in a banking app.',
  QRIS: 'QRIS, by a QR code in a banking app or wallet.',
  TNG: 'Touch ’n Go eWallet.',
  WECHAT: 'WeChat Pay wallet.',
});

export const PaymentStatusEnum = describedEnum<PaymentStatus>(
  'PaymentStatus',
  'Where a payment stands. A status only moves on, never back.',
  {
    PROCESSING: 'The gateway is still dealing with the request. Query again in a moment.',
    REQUIRES_ACTION: 'The payer must do what `action` says.',
    PENDING: 'The provider is working on it. The payer has nothing left to do now. Query again later.',
    SUCCEEDED: 'Paid.',
    FAILED: 'Not paid, and never will be. `failure` says why.',
    UNKNOWN: 'The payer may have been charged, and the gateway is finding out. Do not create another payment.',
    PARTIALLY_REFUNDED: 'Paid, and refunded in part.',
    REFUNDED: 'Paid, and refunded in full.',
  },
);

export const PaymentEventSourceEnum = describedEnum<PaymentEventSource>(
  'PaymentEventSource',
  'Who reported an event.',
  {
    CREATE_PAYMENT: 'The call that created the payment.',
    PROVIDER_ANSWER: 'The provider’s answer to that call.',
    WEBHOOK: 'A signed notification by the provider.',
    RECONCILIATION: 'The provider’s order, which the gateway looked up.',
    QR_REFRESH: 'A new QR code that a caller asked for.',
  },
);

export const RetryAdviceEnum = describedEnum<RetryAdvice>(
  'RetryAdvice',
  'What a client may do after an error or a failed payment.',
  RETRY_ADVICE,
);

export const PaymentErrorCodeEnum = describedEnum<PaymentErrorCode>(
  'PaymentErrorCode',
  'What went wrong, for programs.',
  mapValues(PAYMENT_ERRORS, ({ message }) => message),
);

export const PlatformTypeEnum = describedEnum<'WEB' | 'WAP'>('PlatformType', 'The kind of page that the payer is on.', {
  WEB: 'A desktop web page.',
  WAP: 'A mobile web page.',
});

export const DeviceTypeEnum = describedEnum<'ANDROID' | 'IOS'>('DeviceType', 'The system of the payer’s device.', {
  ANDROID: 'Android.',
  IOS: 'iOS.',
});

function describedEnum<Value extends string>(
  name: string,
  description: string,
  descriptions: Readonly<Record<Value, string>>,
): EnumObject<Value> {
  const values = Object.fromEntries(Object.keys(descriptions).map((value) => [value, value])) as EnumObject<Value>;
  registerEnumType<Record<string, string>>(values, {
    name,
    description,
    valuesConfig: mapValues<string, string, { description: string }>(descriptions, (text) => ({ description: text })),
  });
  return values;
}

function mapValues<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(record).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<Key, To>;
}
