/** Wakes those who wait for a payment to change. May wake too often, never too rarely. */
export interface PaymentChanges {
  watch(paymentId: string): PaymentWatch;
}

export interface PaymentWatch {
  /** Resolves at the next change since the watch began or since the last call, or when the time is up. */
  changed(timeoutMs: number): Promise<void>;
  close(): void;
}
