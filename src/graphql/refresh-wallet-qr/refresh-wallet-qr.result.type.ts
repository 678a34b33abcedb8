import { createUnionType, Field, ObjectType } from 'type-graphql';
import { PaymentErrorType, PaymentNotFoundType, RateLimitedType } from '../payment-error/payment-error.type.js';
import { PaymentType } from '../payment/payment.type.js';

@ObjectType('RefreshWalletQrSuccess', { description: 'The payment has a new QR code. The one before is worthless.' })
export class RefreshWalletQrSuccessType {
  @Field(() => PaymentType, {
    description: 'The payment with the new code in its `action`, unless it has moved on meanwhile. Look at its status.',
  })
  payment!: PaymentType;
}

@ObjectType('WalletQrNotRefreshable', {
  implements: PaymentErrorType,
  description: 'The payment has no QR code that could be renewed. Nothing was changed.',
})
export class WalletQrNotRefreshableType extends PaymentErrorType {
  @Field(() => PaymentType, { description: 'The payment as it stands. Paid codes may take a moment to show here.' })
  payment!: PaymentType;
}

@ObjectType('WalletQrUnavailable', {
  implements: PaymentErrorType,
  description: 'No new QR code could be made just now. The present one may still be good, and may have been paid.',
})
export class WalletQrUnavailableType extends PaymentErrorType {
  @Field(() => PaymentType, {
    nullable: true,
    description: 'The payment as it stands. Null when it could not be looked up.',
  })
  payment!: PaymentType | null;
}

export const RefreshWalletQrResultUnion = createUnionType({
  name: 'RefreshWalletQrResult',
  description:
    'Everything that refreshWalletQr can answer. Select `... on PaymentError` to handle members that are new to you. ' +
    '`payment` may be null in one member. GraphQL wants an alias for that one where you select several members at ' +
    'once.',
  types: () =>
    [
      RefreshWalletQrSuccessType,
      WalletQrNotRefreshableType,
      WalletQrUnavailableType,
      PaymentNotFoundType,
      RateLimitedType,
    ] as const,
});
export type RefreshWalletQrResult =
  | RefreshWalletQrSuccessType
  | WalletQrNotRefreshableType
  | WalletQrUnavailableType
  | PaymentNotFoundType
  | RateLimitedType;
