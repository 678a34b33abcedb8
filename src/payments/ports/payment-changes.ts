/** Wakes those who wait for a payment to change. May wake too often, never too rarely. */
export interface PaymentChanges {
  watch(paymentId: string): PaymentWatch;
}

/**
 * `changed` resolves at the next change since the watch began or since the last call, at the close,
 * or when the time is up.
 */
export interface PaymentWatch {
  changed(timeoutMs: number): Promise<void>;
  close(): void;
}
