/** Settings of a gateway with a real provider. */
export const real = {
  CLINK_API_KEY: 'sk_uat_canary',
  CLINK_BASE_URL: 'https://uat-api.clinkbill.com/api/',
};

/** Settings that production starts with. */
export const production = {
  ...real,
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.internal/payments',
  CLINK_WEBHOOK_SECRETS: 'whsec_new_0123456789, whsec_old_0123456789',
  AUTH_MODE: 'jwt',
  AUTH_JWKS_URL: 'https://issuer.example/jwks',
  AUTH_ISSUER: 'https://issuer.example/',
  AUTH_AUDIENCE: 'payments',
};
