/** Loaded before the gateway: a bug that nobody caught, with everything in its error that such errors bring along. */
process.on('SIGALRM', () => {
  const cause = new Error('POST https://gateway:canary-password@db.internal failed with whsec_canary_of_the_crash');
  const error = new Error(
    'no answer for canary.buyer@shop.example, pi_canary_of_the_crash, sk_test_canary_of_the_crash, Bearer canary-token-of-the-crash',
    { cause },
  );
  throw Object.assign(error, { request: { body: 'canary-body', headers: { cookie: 'canary-cookie' } } });
});
