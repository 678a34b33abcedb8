export const PAYMENT_METHOD_TYPES = [
  'ALIPAY',
  'CARD',
  'CASHAPP',
  'GCASH',
  'KAKAO',
  'PROMPTPAY',
  'QRIS',
  'TNG',
  'WECHAT',
] as const;
export type PaymentMethodType = (typeof PAYMENT_METHOD_TYPES)[number];

export function isPaymentMethodType(value: unknown): value is PaymentMethodType {
  return (PAYMENT_METHOD_TYPES as readonly unknown[]).includes(value);
}
