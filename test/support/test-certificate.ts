import tls from 'node:tls';

/** Of localhost and 127.0.0.1, until 2126, signed by itself. Everybody can read the key here: it proves nothing to anybody but a test. */
export const TEST_CERTIFICATE = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUHAggJh1Ss1YlDnbHStj6a9fzsyUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzE4MzEwM1oYDzIxMjYxMTAz
MTgzMTAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARWV9w9DsbTlKpO+zKe8rEBEL6dlBm88Cv+Wu5SATTiMidrknMmD6tg
7CKG3N7aMwTNln2VFs1k6Uz7gBj3EXgHo28wbTAdBgNVHQ4EFgQU/Z+YFB1mVyRK
H5hTFrPFteYcqKwwHwYDVR0jBBgwFoAU/Z+YFB1mVyRKH5hTFrPFteYcqKwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAM98Ch6xKmNZVrzonNdMqU+W1l7kP2/UUzdSBJIwZzo7AiBl
bmDdompPuu12STgnpDDQ42zDgOFegd2wXQlfAKygZQ==
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHalxFs/4OSuwPvLZ
Rn9Gwli1WdJXbzjFi0V1rzXQjAmhRANCAARWV9w9DsbTlKpO+zKe8rEBEL6dlBm8
8Cv+Wu5SATTiMidrknMmD6tg7CKG3N7aMwTNln2VFs1k6Uz7gBj3EXgH
-----END PRIVATE KEY-----`,
};

/** Has connections of this process believe it, until mocks are restored: Node takes more authorities only when it starts. */
export function trustTestCertificate(): void {
  const { connect } = tls;
  jest
    .spyOn(tls, 'connect')
    .mockImplementation(((options: tls.ConnectionOptions) =>
      connect({ ...options, ca: TEST_CERTIFICATE.cert })) as typeof tls.connect);
}
