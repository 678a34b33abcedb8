import { createUnionType, Extensions, Field, Int, ObjectType } from 'type-graphql';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { UrlScalar } from '../scalars/url.scalar.js';
import { PaymentMethodTypeEnum } from './payment.enums.js';

const METHOD_DESCRIPTION = 'The method that the provider names for this action. Null when it names none.';
const IMAGE = { maxBytes: 4_000 };

@ObjectType('Redirect', {
  description:
    'Send the payer’s browser to `url` (card authentication, a wallet’s page). The payer comes back to the returnUrl ' +
    'of the payment.',
})
export class RedirectType {
  @Field(() => UrlScalar, {
    description: 'Where to send the browser. Follow it by navigation. Do not load it in a frame.',
  })
  url!: string;

  @Field(() => PaymentMethodTypeEnum, { nullable: true, description: METHOD_DESCRIPTION })
  paymentMethodType!: PaymentMethodType | null;
}

@ObjectType('WalletQr', {
  description:
    'Let the payer pay in a wallet app. On a desktop, show the QR code. On a phone, open `mobileAuthUrl`, else ' +
    '`fallbackUrl`, else `hostedInstructionsUrl`.',
})
export class WalletQrType {
  @Field(() => String, {
    nullable: true,
    description:
      'The QR code as PNG: an https URL or a data URL, ready for the `src` of an image. Null when not given.',
  })
  @Extensions(IMAGE)
  imageUrlPng!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The QR code as SVG: an https URL or a data URL, ready for the `src` of an image. Null when not given.',
  })
  @Extensions(IMAGE)
  imageUrlSvg!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The QR code as a data URL of an image, which needs no further request. Null when not given.',
  })
  @Extensions(IMAGE)
  imageDataUrl!: string | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: 'A page of the provider that guides the payer, made for mobile browsers. Null when there is none.',
  })
  hostedInstructionsUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A link that opens the wallet app. It may have the app’s own scheme. Null when there is none.',
  })
  @Extensions({ maxBytes: 1_000 })
  mobileAuthUrl!: string | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: 'Where to go when the wallet app is not installed. Null when there is no such page.',
  })
  fallbackUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'The Android package of the wallet app. Null when not given.' })
  packageName!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the code stops working. Null when the provider does not say.',
  })
  expiresAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Whole seconds left until `expiresAt`, counted by the gateway’s clock at the time of this answer. 0 once it ' +
      'has passed. Null when `expiresAt` is.',
  })
  expiresInSeconds!: number | null;

  @Field(() => PaymentMethodTypeEnum, { nullable: true, description: METHOD_DESCRIPTION })
  paymentMethodType!: PaymentMethodType | null;
}

@ObjectType('FormField', { description: 'One hidden field of a form to post.' })
export class FormFieldType {
  @Field(() => String, { description: 'The name of the field.' })
  name!: string;

  @Field(() => String, { description: 'The value of the field. Escape it as text when building HTML.' })
  value!: string;
}

@ObjectType('FormPost', {
  description: 'Have the payer’s browser post a form with exactly these fields to `url` (a bank’s page).',
})
export class FormPostType {
  @Field(() => UrlScalar, { description: 'The action of the form. Its method is POST.' })
  url!: string;

  @Field(() => [FormFieldType], { description: 'The hidden fields of the form, in their order. May be empty.' })
  fields!: FormFieldType[];

  @Field(() => PaymentMethodTypeEnum, { nullable: true, description: METHOD_DESCRIPTION })
  paymentMethodType!: PaymentMethodType | null;
}

export const PaymentActionUnion = createUnionType({
  name: 'PaymentAction',
  description:
    'What the payer must do next. The payer’s return to the returnUrl proves nothing: query the payment for its ' +
    'status.',
  types: () => [RedirectType, WalletQrType, FormPostType] as const,
});
