import { Field, InputType } from 'type-graphql';
import type { PaymentFilter } from '../../payments/ports/payment-list.js';
import type { PaymentStatus } from '../../payments/model/status.js';
import { presentText } from '../../shared/text.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { PaymentStatusEnum } from '../payment/payment.enums.js';

@InputType('PaymentFilter', {
  description: 'Which payments to list: those for which everything given here holds.',
})
export class PaymentFilterInput {
  @Field(() => [PaymentStatusEnum], {
    nullable: true,
    description: 'In one of these statuses. An empty list finds nothing.',
  })
  status!: PaymentStatus[] | null | undefined;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Made at this moment or later.' })
  createdFrom!: Date | null | undefined;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Made before this moment.' })
  createdBefore!: Date | null | undefined;

  @Field(() => String, {
    nullable: true,
    description: 'With exactly this reference of the merchant. A blank one counts as absent.',
  })
  merchantReferenceId!: string | null | undefined;
}

export function toPaymentFilter(input: PaymentFilterInput | null | undefined): PaymentFilter {
  return {
    statuses: input?.status ?? null,
    createdFromMs: input?.createdFrom?.getTime() ?? null,
    createdBeforeMs: input?.createdBefore?.getTime() ?? null,
    merchantReferenceId: presentText(input?.merchantReferenceId),
  };
}
